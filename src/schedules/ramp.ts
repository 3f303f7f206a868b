/**
 * `steps` noise levels σ(u) for u = 0 … 1, and a final 0. The ends are `first` and `last` exactly, whatever the
 * rounding of σ(u); one step starts at `first`.
 */
export function rampDown(steps: number, first: number, last: number, sigma: (u: number) => number): number[] {
  const level = (i: number): number => {
    if (i === 0) return first;
    return i === steps - 1 ? last : sigma(i / (steps - 1));
  };
  return [...Array.from({ length: steps }, (_, i) => level(i)), 0];
}
