// Steps as the autoencoder decodes them, when the reader asks for more than their previews. Kept by step, so that going
// back to one shows it at once.
import { createStore } from 'zustand/vanilla';
import type { Slot } from '../../../frame/state/slots.ts';
import { createTask } from '../../../frame/state/task.ts';
import { connection } from './connection.ts';
import { frames, shownOf, type StepFrame } from './frames.ts';
import { choice } from './model.ts';
import { notices, type PicturesAction } from './notices.ts';
import { runStore } from './runStore.ts';
import type { PicturesRequests, Pixels } from './types.ts';
import { viewStore } from './viewStore.ts';

export interface DecodeState {
  readonly phase: 'idle' | 'running';
  /** Pictures of the steps that are being decoded; none yet while the worker is at something else. */
  readonly done: number;
  readonly total: number;
}
const nothing: DecodeState = { phase: 'idle', done: 0, total: 0 };
export const decodeStore = createStore<DecodeState>(() => nothing);

type Pictures = readonly (Pixels | undefined)[];
/** Bytes of pictures that are kept; those of the newest request always are. */
const MOST_KEPT = 128 * 2 ** 20;
/** The oldest first. */
const kept = new Map<StepFrame, Pictures>();
const bytesOf = (pictures: Pictures) => pictures.reduce((n, p) => n + (p?.rgba.byteLength ?? 0), 0);

/** Drops the oldest until the rest fits, never one that is asked for now. */
function makeRoom(now: ReadonlySet<StepFrame>): void {
  let total = [...kept.values()].reduce((n, pictures) => n + bytesOf(pictures), 0);
  for (const [frame, pictures] of kept) {
    if (total <= MOST_KEPT) return;
    if (now.has(frame)) continue;
    kept.delete(frame);
    total -= bytesOf(pictures);
  }
}

/** A step's pictures by sample, as far as they have been decoded. */
export const decodedOf = (frame: StepFrame): Pictures | undefined => kept.get(frame);

const task = createTask<PicturesRequests, 'decode', PicturesAction>({
  connection,
  kind: 'decode',
  notices,
  takesTurns: true,
  waysOn: () => [],
  onNews: ({ phase }) => decodeStore.setState(phase === 'running' ? { ...nothing, phase } : nothing),
});

/** Steps of the newest run that the scrubber stands at and that are previews still. */
export function stepsShown(): readonly StepFrame[] {
  const { position, hidden, large } = viewStore.getState();
  const { run, slots, experiment } = runStore.getState();
  const seen = (slot: Slot) => !hidden.includes(slot) || large?.slot === slot;
  return slots.filter(seen).flatMap((slot) => {
    const track = frames.get(slot);
    const shown = track?.run === run ? shownOf(track, position) : null;
    if (shown?.kind !== 'step' || !shown.frame.latents) return [];
    const pictures = kept.get(shown.frame);
    return pictures && pictures.filter(Boolean).length === experiment?.count ? [] : [shown.frame];
  });
}

/** Decodes the step that is shown, of every contender that is. */
export async function decodeShown(): Promise<void> {
  const { experiment, phase } = runStore.getState();
  const steps = stepsShown();
  if (!experiment || phase === 'running' || steps.length === 0) return;
  const asked = new Set(steps);
  await task.run(
    () => {
      decodeStore.setState({ total: steps.length * experiment.count });
      return { experiment, steps: steps.map(({ latents }) => latents!) };
    },
    {
      onProgress(event) {
        if (event.kind === 'load') return choice.onLoadProgress(event);
        const frame = steps[event.at]!;
        const pictures = [...(kept.get(frame) ?? [])];
        pictures[event.sample] = event.pixels;
        // The newest are the last to go.
        kept.delete(frame);
        kept.set(frame, pictures);
        makeRoom(asked);
        decodeStore.setState(({ done }) => ({ done: done + 1 }));
      },
    },
  );
}
export const cancelDecoding = (): void => task.cancel();

/** A newer run begins: its steps are others. */
export function forgetDecoded(): void {
  task.cancel();
  kept.clear();
}
