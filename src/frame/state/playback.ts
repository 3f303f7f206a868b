// Plays kept pictures from pure noise to the sample.
import type { StoreApi } from 'zustand/vanilla';

interface Playing {
  /** Share of the run that is shown, 0…1; null follows the newest picture. */
  readonly position: number | null;
  readonly playing: boolean;
}
/** Long enough to follow a point, short enough to watch again. */
const DURATION_MS = 2400;

/** The step at which each contender stands; between two of them nothing on the screen changes. */
export const standing = (stepCounts: readonly number[], position: number): string =>
  stepCounts.map((steps) => Math.floor(position * steps + 1e-9)).join();

/** `stepCounts`: of everything that is shown. */
export function createPlayback(
  store: Pick<StoreApi<Playing>, 'getState'>,
  set: (patch: Partial<Playing>) => void,
  stepCounts: () => readonly number[],
) {
  let started = 0;
  let request = 0;
  const tick = (now: number) => {
    const { playing, position: before } = store.getState();
    if (!playing) return;
    // A frame's own time can be before the press that asked for it.
    const position = Math.min(1, Math.max(0, (now - started) / DURATION_MS));
    if (position >= 1) return set({ playing: false, position: null });
    // Drawing the same pictures sixty times a second would keep a processor from computing the next ones.
    const counts = stepCounts();
    if (before === null || standing(counts, position) !== standing(counts, before)) set({ position });
    request = requestAnimationFrame(tick);
  };
  function pause(): void {
    cancelAnimationFrame(request);
    set({ playing: false });
  }
  return {
    play(): void {
      const { position } = store.getState();
      const from = position === null || position >= 1 ? 0 : position;
      started = performance.now() - from * DURATION_MS;
      set({ playing: true, position: from });
      cancelAnimationFrame(request);
      request = requestAnimationFrame(tick);
    },
    pause,
    /** Puts the scrubber at a share of the run; the end follows newer pictures again. */
    seek(position: number): void {
      pause();
      set({ position: position >= 1 ? null : Math.max(0, position) });
    },
  };
}
