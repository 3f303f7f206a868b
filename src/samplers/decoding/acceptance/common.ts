// What the rules share: an order of tokens, and masses of overlaps.

/** q of a token; a draft's table may have fewer rows than the target's. */
export const at = (q: Float64Array, token: number): number => (token < q.length ? q[token]! : 0);

/** Σ min(p, q): what one draft is accepted with. */
export function overlap(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let x = 0; x < p.length; x++) sum += Math.min(p[x]!, at(q, x));
  return sum;
}

/** (p − c·q)⁺, element by element; not scaled. */
export const excess = (p: Float64Array, q: Float64Array, c = 1): Float64Array =>
  p.map((v, x) => Math.max(0, v - c * at(q, x)));

export const total = (v: Float64Array): number => v.reduce((a, b) => a + b, 0);

/** Tokens that a draft can propose, by p/q descending, equal ones by number. */
export function byRatio(p: Float64Array, q: Float64Array): number[] {
  const tokens: number[] = [];
  const ratio = new Float64Array(p.length);
  for (let x = 0; x < p.length; x++)
    if (at(q, x) > 0) {
      tokens.push(x);
      ratio[x] = p[x]! / q[x]!;
    }
  return tokens.sort((x, y) => ratio[y]! - ratio[x]! || x - y);
}

/**
 * Sums of q over what stands after each place of an order; one entry more than the order has, the last one 0. Added up
 * from the end, so that the small ones keep their digits.
 */
export function tails(q: Float64Array, order: readonly number[]): Float64Array {
  const sums = new Float64Array(order.length + 1);
  for (let i = order.length - 1; i >= 0; i--) sums[i] = sums[i + 1]! + at(q, order[i]!);
  return sums;
}
