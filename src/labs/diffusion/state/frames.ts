// The frame bus: pictures go from the worker to the canvases without passing through React. Every step is kept for the
// scrubber.
import { frameAt as atStep, withFrame as addFrame } from '../../../frame/state/track.ts';
import { milestone } from '../../../frame/state/milestones.ts';
import type { DensityGrid, Frame } from './types.ts';
import { REFERENCE, type Slot } from '../../../frame/state/slots.ts';

export interface StepFrame {
  readonly step: number;
  readonly sigma: number;
  readonly frame: Frame;
}
/** All pictures of one contender's run. Frames are sorted by step and never removed from under a reader. */
export interface Track {
  readonly run: number;
  readonly steps: number;
  readonly frames: readonly StepFrame[];
  readonly difference: Frame | null;
}

/** Beyond this a track keeps only every other step, then every fourth, …; the first and the last always stay. */
const MAX_TRACK_BYTES = 48 * 2 ** 20;

const tracks = new Map<Slot, Track>();
const listeners = new Set<() => void>();
/** The target's exact density, where there is one. */
let density: DensityGrid | null = null;
let version = 0;

const notify = () => {
  version++;
  for (const listener of listeners) listener();
};
export const frameBytes = (frame: Frame): number =>
  frame.kind === 'points' ? frame.data.byteLength : frame.rgba.byteLength;

/** Adds a step in order, replacing the same step; thins the track when it grows too large. */
export const withFrame = (frames: readonly StepFrame[], added: StepFrame, maxBytes = MAX_TRACK_BYTES) =>
  addFrame(frames, added, (f) => frameBytes(f.frame), maxBytes);

/** The picture at or before a step; the first one if there is none before. */
export const frameAt = (track: Track | undefined, step: number): StepFrame | undefined =>
  atStep(track?.frames ?? [], step);
export const lastFrame = (track: Track | undefined): StepFrame | undefined => track?.frames.at(-1);

/**
 * The step that a contender shows when the scrubber stands at a share of the run; `null` follows the newest picture.
 */
export function shownFrame(track: Track | undefined, position: number | null): StepFrame | undefined {
  if (!track) return undefined;
  return position === null ? lastFrame(track) : frameAt(track, Math.floor(position * track.steps + 1e-9));
}

export const frames = {
  get: (slot: Slot): Track | undefined => tracks.get(slot),
  reference: (): Track | undefined => tracks.get(REFERENCE),
  version: (): number => version,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** A picture of run `run`; the first one of a newer run replaces the track of the older. */
  push(run: number, slot: Slot, steps: number, added: StepFrame): void {
    const old = tracks.get(slot);
    const current = old?.run === run ? old : undefined;
    tracks.set(slot, {
      run,
      steps,
      difference: current?.difference ?? null,
      frames: withFrame(current?.frames ?? [], added),
    });
    notify();
    milestone('first picture');
  },
  setDifference(run: number, slot: Slot, difference: Frame | null): void {
    const track = tracks.get(slot);
    if (track?.run !== run) return;
    tracks.set(slot, { ...track, difference });
    notify();
  },
  density: (): DensityGrid | null => density,
  setDensity(grid: DensityGrid | null): void {
    density = grid;
    notify();
  },
  /** Forgets the tracks of slots that no longer exist. */
  keep(slots: readonly Slot[]): void {
    for (const slot of tracks.keys()) if (slot !== REFERENCE && !slots.includes(slot)) tracks.delete(slot);
    notify();
  },
  clear(): void {
    tracks.clear();
    notify();
  },
};
