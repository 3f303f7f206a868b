// How long something goes on, from how long it took so far.

/** Before this an estimate is a guess. */
const CERTAIN_MS = 1200;
const CERTAIN_SHARE = 0.02;

/** Milliseconds left when `fraction` took `elapsedMs`; null while that says nothing. */
export const timeLeft = (elapsedMs: number, fraction: number): number | null =>
  elapsedMs < CERTAIN_MS || fraction < CERTAIN_SHARE || fraction > 1 ? null : (elapsedMs / fraction) * (1 - fraction);
