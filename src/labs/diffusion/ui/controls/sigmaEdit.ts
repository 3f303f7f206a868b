// Edits of an explicit list of noise levels: always descending, 0 only at the end. Pure.

const BETWEEN = 1.005;
/** Moves level i to σ, kept strictly between its neighbours. */
export function moveSigma(sigmas: readonly number[], i: number, sigma: number): number[] {
  const above = i === 0 ? 1000 : sigmas[i - 1]! / BETWEEN;
  const below = sigmas[i + 1] === undefined || sigmas[i + 1] === 0 ? 1e-4 : sigmas[i + 1]! * BETWEEN;
  return sigmas.map((s, k) => (k === i ? Number(Math.min(above, Math.max(below, sigma)).toPrecision(4)) : s));
}
/** Puts a level half-way (in log σ) between level i and the next. */
export function splitSigma(sigmas: readonly number[], i: number): number[] {
  const a = sigmas[i]!;
  const b = sigmas[i + 1] === undefined ? a / 4 : sigmas[i + 1]!;
  return [
    ...sigmas.slice(0, i + 1),
    Number((b === 0 ? a / 2 : Math.sqrt(a * b)).toPrecision(4)),
    ...sigmas.slice(i + 1),
  ];
}
/** Leaves at least one step. */
export const dropSigma = (sigmas: readonly number[], i: number): number[] =>
  sigmas.length <= 2 || sigmas[i] === 0 ? [...sigmas] : sigmas.toSpliced(i, 1);

/** Numbers split by anything that is no part of one; the reason when they are no schedule. */
export function parseSigmas(text: string): number[] | string {
  const list = text
    .trim()
    .split(/[\s,;_]+/)
    .filter((t) => t !== '')
    .map(Number);
  if (list.length < 2) return 'Give at least two noise levels.';
  if (list.length > 1001) return 'At most 1000 steps.';
  if (!list.every((v) => Number.isFinite(v) && v >= 0 && v <= 1e4)) return 'Each must be a number from 0 to 10000.';
  if (list.some((v, i) => i > 0 && v >= list[i - 1]!)) return 'Each must be smaller than the one before.';
  return list;
}
/** Pixel height of σ on a logarithmic axis; 0 lies on the floor line below the smallest level. */
export function sigmaScale(
  sigmas: readonly number[],
  height: number,
): { readonly y: (sigma: number) => number; readonly sigma: (y: number) => number } {
  const positive = sigmas.filter((s) => s > 0);
  const top = Math.log(Math.max(...positive, 1e-3) * 1.3);
  const bottom = Math.log(Math.max(Math.min(...positive, 0.5), 1e-4) / 1.6);
  const usable = height - 8;
  return {
    y: (s) => (s <= 0 ? height - 2 : 2 + ((top - Math.log(s)) / (top - bottom)) * usable),
    sigma: (y) => Math.exp(top - ((y - 2) / usable) * (top - bottom)),
  };
}
