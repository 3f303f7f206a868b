// Plays the kept pictures from pure noise to the sample.
import { experimentStore } from './experimentStore.ts';
import { frames } from './frames.ts';
import { setView, viewStore } from './viewStore.ts';

/** Long enough to follow a point, short enough to watch again. */
const DURATION_MS = 2400;
let started = 0;
let request = 0;

/** The step at which each contender stands; between two of them nothing on the screen changes. */
export const standing = (stepCounts: readonly number[], position: number): string =>
  stepCounts.map((steps) => Math.floor(position * steps + 1e-9)).join();

function stepCounts(): number[] {
  const { slots, experiment } = experimentStore.getState();
  return [...slots.map((slot) => frames.get(slot)?.steps ?? 0), ...experiment.contenders.map((c) => c.steps)];
}

const tick = (now: number) => {
  const { playing, position: before } = viewStore.getState();
  if (!playing) return;
  // A frame's own time can be before the press that asked for it.
  const position = Math.min(1, Math.max(0, (now - started) / DURATION_MS));
  if (position >= 1) return setView({ playing: false, position: null });
  // Drawing the same pictures sixty times a second would keep a processor from computing the next ones.
  const counts = stepCounts();
  if (before === null || standing(counts, position) !== standing(counts, before)) setView({ position });
  request = requestAnimationFrame(tick);
};

export function play(): void {
  const { position } = viewStore.getState();
  const from = position === null || position >= 1 ? 0 : position;
  started = performance.now() - from * DURATION_MS;
  setView({ playing: true, position: from });
  cancelAnimationFrame(request);
  request = requestAnimationFrame(tick);
}
export function pause(): void {
  cancelAnimationFrame(request);
  setView({ playing: false });
}
/** Puts the scrubber at a share of the run; the end follows newer pictures again. */
export function seek(position: number): void {
  pause();
  setView({ position: position >= 1 ? null : Math.max(0, position) });
}
