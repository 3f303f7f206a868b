import { argMax } from './draw.ts';

/**
 * The logits with every token but those listed removed; an empty list keeps the arg max, because a support is never
 * empty.
 */
export function keepOnly(logits: Float64Array, kept: Iterable<number>): Float64Array {
  const out = new Float64Array(logits.length).fill(-Infinity);
  for (const token of kept) out[token] = logits[token]!;
  return keepOne(logits, out);
}

/** The logits with the tokens removed for which `test` fails; the arg max stays when all fail. */
export function keepWhere(logits: Float64Array, test: (token: number) => boolean): Float64Array {
  return keepOne(
    logits,
    logits.map((l, token) => (l > -Infinity && test(token) ? l : -Infinity)),
  );
}

/**
 * `after`, or only the arg max of `before` when `after` has lost everything. Writes `after`, which is the stage's own.
 */
export function keepOne(before: Float64Array, after: Float64Array): Float64Array {
  if (argMax(after) < 0) {
    const best = argMax(before);
    if (best >= 0) after[best] = before[best]!;
  }
  return after;
}

/** Tokens that are not removed. */
export function supportSize(logits: Float64Array): number {
  let n = 0;
  for (const l of logits) if (l > -Infinity) n++;
  return n;
}
