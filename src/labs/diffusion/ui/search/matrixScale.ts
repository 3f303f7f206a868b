/** A logarithmic scale over the costs that are there: the lowest decades are one colour, as nearly free is free. */
export function matrixScale(costs: Float32Array): {
  readonly low: number;
  readonly high: number;
  share(cost: number): number | null;
} {
  let [low, high] = [Infinity, 0];
  for (const c of costs) {
    if (!(c > 0)) continue;
    low = Math.min(low, c);
    high = Math.max(high, c);
  }
  if (high === 0) return { low: 0, high: 0, share: (c) => (Number.isNaN(c) ? null : 0) };
  const bottom = Math.max(low, high * 1e-6);
  const span = Math.log(high / bottom) || 1;
  return {
    low: bottom,
    high,
    share(cost) {
      if (Number.isNaN(cost)) return null;
      return cost > bottom ? Math.min(1, Math.log(cost / bottom) / span) : 0;
    },
  };
}
