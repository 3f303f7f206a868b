// Distances of laws of two tokens. All are row-major [states, states].

/** Total variation: half the sum of differences, from 0 to 1. */
export const totalVariation = (p: ArrayLike<number>, q: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += Math.abs(p[i]! - q[i]!);
  return sum / 2;
};

/** The law of two tokens that are each as in `p`, and know nothing of each other. */
export function apart(p: Float64Array, states: number): Float64Array {
  const [rows, columns] = [new Float64Array(states), new Float64Array(states)];
  p.forEach((v, i) => {
    rows[Math.floor(i / states)]! += v;
    columns[i % states]! += v;
  });
  return p.map((_, i) => rows[Math.floor(i / states)]! * columns[i % states]!);
}

/** KL(p ‖ q) in nats; q counts as at least 1e-12. */
export const divergence = (p: Float64Array, q: Float64Array): number =>
  p.reduce((sum, v, i) => sum + (v > 0 ? v * Math.log(v / Math.max(q[i]!, 1e-12)) : 0), 0);

/** Mutual information of the two tokens, in nats. */
export const mutualInformation = (p: Float64Array, states: number): number =>
  Math.max(0, divergence(p, apart(p, states)));

/** A law of pairs among states with more of them: the values come first. */
export function padded(p: Float64Array, values: number, states: number): Float64Array {
  const out = new Float64Array(states * states);
  p.forEach((v, i) => (out[Math.floor(i / values) * states + (i % values)] = v));
  return out;
}
