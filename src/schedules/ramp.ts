import type { SigmaRange } from './types.ts';

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

/**
 * The same for a falling σ(u) that may leave the range, as quantiles of a distribution over all levels do: those that do
 * are spread evenly in log σ between that end and the nearest level inside.
 */
export function rampWithin(steps: number, { min, max }: SigmaRange, sigma: (u: number) => number): number[] {
  const list = rampDown(steps, max, min, sigma);
  const inside = (i: number) => list[i]! < max && list[i]! > min;
  const last = steps - 1;
  let from = 1;
  while (from < last && list[from]! >= max) from++;
  let to = last - 1;
  while (to > 0 && list[to]! <= min) to--;
  const spread = (a: number, b: number, top: number, bottom: number) => {
    for (let i = a + 1; i < b; i++) list[i] = top * (bottom / top) ** ((i - a) / (b - a));
  };
  if (from < last && inside(from)) spread(0, from, max, list[from]!);
  if (to > 0 && inside(to)) spread(to, last, list[to]!, min);
  if (from > to) spread(0, last, max, min); // none is inside
  return list;
}
