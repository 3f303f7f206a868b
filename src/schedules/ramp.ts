/**
 * `steps` noise levels σ(u) for u = 0 … 1, and a final 0. The ends are `first` and `last` exactly, whatever the
 * rounding of σ(u); one step starts at `first`.
 */
export function rampDown(steps: number, first: number, last: number, sigma: (u: number) => number): number[] {
  const levels = Array.from({ length: steps }, (_, i) =>
    i === 0 ? first : i === steps - 1 ? last : sigma(i / (steps - 1)),
  );
  return [...levels, 0];
}
