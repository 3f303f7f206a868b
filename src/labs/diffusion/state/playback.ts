// Plays the kept pictures from pure noise to the sample.
import { setView, viewStore } from './viewStore.ts';

/** Long enough to follow a point, short enough to watch again. */
const DURATION_MS = 2400;
let started = 0;
let request = 0;

const tick = (now: number) => {
  if (!viewStore.getState().playing) return;
  const position = Math.min(1, (now - started) / DURATION_MS);
  if (position >= 1) return setView({ playing: false, position: null });
  setView({ position });
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
