// Pictures go from the worker to the canvases without passing through React. Every step is kept for the scrubber.
import { milestone } from '../../../frame/state/milestones.ts';
import { frameAt, withFrame } from '../../../frame/state/track.ts';
import type { Slot } from '../../../frame/state/slots.ts';
import type { Pixels } from './types.ts';

export type Tiles = Pixels & { readonly columns: number };
export interface StepFrame {
  readonly step: number;
  readonly sigma: number;
  /** Milliseconds from the first step to this one. */
  readonly ms: number;
  readonly tiles: Tiles;
  /** What the tiles preview, for the autoencoder; null where they are exact. */
  readonly latents: Float32Array | null;
}
export interface Track {
  readonly run: number;
  readonly steps: number;
  readonly frames: readonly StepFrame[];
  /** Finished pictures by sample, in their full size. */
  readonly pictures: readonly (Pixels | undefined)[];
}
/** Of tiles and latents: where a tile has a pixel of four bytes, latents mostly have four numbers of four. */
const MAX_TRACK_BYTES = 96 * 2 ** 20;

const tracks = new Map<Slot, Track>();
const listeners = new Set<() => void>();
let version = 0;
const notify = () => {
  version++;
  for (const listener of listeners) listener();
};
const own = (run: number, slot: Slot, steps: number): Track => {
  const old = tracks.get(slot);
  return old?.run === run ? old : { run, steps, frames: [], pictures: [] };
};

/** What a contender shows when the scrubber stands at a share of the run: null follows the newest. */
export type Shown =
  | { readonly kind: 'step'; readonly frame: StepFrame; readonly steps: number }
  | {
      readonly kind: 'pictures';
      readonly pictures: Track['pictures'];
      readonly frame: StepFrame | undefined;
      readonly steps: number;
    };

export function shownOf(track: Track | undefined, position: number | null): Shown | null {
  if (!track) return null;
  const { steps, pictures } = track;
  const atEnd = position === null || position >= 1;
  const frame = atEnd ? track.frames.at(-1) : frameAt(track.frames, Math.floor(position * steps + 1e-9));
  if (atEnd && pictures.some(Boolean)) return { kind: 'pictures', pictures, frame, steps };
  return frame ? { kind: 'step', frame, steps } : null;
}

export const frames = {
  get: (slot: Slot): Track | undefined => tracks.get(slot),
  version: (): number => version,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** A step of run `run`; the first one of a newer run replaces the track of the older. */
  push(run: number, slot: Slot, steps: number, added: StepFrame): void {
    const track = own(run, slot, steps);
    const bytes = (f: StepFrame) => f.tiles.rgba.byteLength + (f.latents?.byteLength ?? 0);
    tracks.set(slot, { ...track, frames: withFrame(track.frames, added, bytes, MAX_TRACK_BYTES) });
    notify();
    milestone('first picture');
  },
  picture(run: number, slot: Slot, sample: number, pixels: Pixels): void {
    const track = tracks.get(slot);
    if (track?.run !== run) return;
    const pictures = [...track.pictures];
    pictures[sample] = pixels;
    tracks.set(slot, { ...track, pictures });
    notify();
  },
  /** Forgets the tracks of slots that no longer exist. */
  keep(slots: readonly Slot[]): void {
    for (const slot of tracks.keys()) if (!slots.includes(slot)) tracks.delete(slot);
    notify();
  },
  clear(): void {
    tracks.clear();
    notify();
  },
};
