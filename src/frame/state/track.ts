// The steps of one run as they were seen, in order; thinned when they grow too large.

export interface Stepped {
  readonly step: number;
}

/** Adds a step in order, replacing the same step; beyond `most` bytes only every other one stays, and first and last. */
export function withFrame<F extends Stepped>(
  frames: readonly F[],
  added: F,
  bytes: (frame: F) => number,
  most: number,
): readonly F[] {
  const out = [...frames];
  let at = out.length;
  while (at > 0 && out[at - 1]!.step >= added.step) at--;
  out.splice(at, out[at]?.step === added.step ? 1 : 0, added);
  const total = out.reduce((sum, f) => sum + bytes(f), 0);
  return total <= most || out.length < 4 ? out : out.filter((_, i) => i % 2 === 0 || i === out.length - 1);
}

/** The frame at or before a step; the first one if there is none before. */
export function frameAt<F extends Stepped>(frames: readonly F[], step: number): F | undefined {
  let found = frames[0];
  for (const f of frames) if (f.step <= step) found = f;
  return found;
}
