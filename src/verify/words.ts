/** The wording of a case's details. */
import type { Outcome } from './types.ts';

/** Three figures, e.g. 1.23e-7, 0.5, 12. */
export function short(v: number): string {
  const plain = v === 0 || (Math.abs(v) >= 1e-3 && Math.abs(v) < 1e5);
  return plain ? String(Number(v.toPrecision(3))) : v.toExponential(2);
}
export const count = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;

/** An error against its bound. NaN fails. */
export const within = (error: number, allowed: number, what: string): Outcome => ({
  pass: error <= allowed,
  detail: `${what}: largest error ${short(error)}, ${short(allowed)} allowed.`,
});

/** Several comparisons as one outcome, worded after the one that is worst relative to its bound. */
export function together(
  parts: readonly { readonly error: number; readonly allowed: number; readonly where: string }[],
  what: string,
): Outcome {
  if (parts.length === 0) return { pass: false, detail: `${what}: nothing was compared.` };
  const ratio = (p: (typeof parts)[number]) => (Number.isNaN(p.error) ? Infinity : p.error / p.allowed);
  const worst = parts.reduce((a, b) => (ratio(b) > ratio(a) ? b : a));
  return {
    pass: parts.every((p) => p.error <= p.allowed),
    detail: `${what}: largest error ${short(worst.error)} of ${short(worst.allowed)} allowed (${worst.where}).`,
  };
}

/** Largest |got − expected|; infinite where something is missing or not a number. */
export function distance(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = got.length < expected.length ? Infinity : 0;
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(got[i]! - expected[i]!);
    most = Number.isNaN(d) ? Infinity : Math.max(most, d);
  }
  return most;
}
export const largest = (values: ArrayLike<number>): number => distance(values, new Float64Array(values.length));

/** Normalised mean square error; infinite where something is missing or not a number. */
export function nmse(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let signal = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (got[i]! - expected[i]!) ** 2;
    signal += expected[i]! ** 2;
  }
  const ratio = error / signal;
  return got.length < expected.length || Number.isNaN(ratio) ? Infinity : ratio;
}
