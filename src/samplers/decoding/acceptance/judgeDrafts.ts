import { draw } from '../draw.ts';
import type { AcceptanceRule } from './types.ts';

export interface Verdict {
  readonly token: number;
  /** One of the drafts was taken. */
  readonly accepted: boolean;
  /** The uniform that settled it. */
  readonly u: number;
}

/**
 * Takes one of the drafts of a place, or draws another token. `accept(k)` is the uniform of the k-th try, `residual` that
 * of the draw when all were refused; all in [0, 1) and independent.
 */
export function judgeDrafts(
  rule: AcceptanceRule,
  p: Float64Array,
  q: Float64Array,
  tokens: readonly number[],
  accept: (attempt: number) => number,
  residual: number,
): Verdict {
  const { tries, residual: left } = rule.weigh(p, q, tokens);
  for (const [k, { token, probability }] of tries.entries()) {
    const u = accept(k);
    if (u < probability) return { token, accepted: true, u };
  }
  const sum = left.reduce((a, b) => a + b, 0);
  // Refused where nothing should be left: only rounding can do that, and then p and the drafts' law are the same.
  return { token: draw(sum > 0 ? left.map((v) => v / sum) : p, residual), accepted: false, u: residual };
}
