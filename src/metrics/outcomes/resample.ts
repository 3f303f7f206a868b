/**
 * Intervals by resampling problems with repetition: samples of one problem, and points of one curve, are not independent,
 * problems are. Keyed, so that the same seed gives the same interval everywhere. Efron 1979,
 * https://doi.org/10.1214/aos/1176344552 (percentiles).
 */
import { uniforms } from '../../math/uniform.ts';

export const RESAMPLES = 1000;

/** Indices of the problems of one resample. */
export const resample = (problems: number, seed: number, index: number): Int32Array =>
  Int32Array.from(uniforms(seed, index, problems), (u) => Math.floor(problems * u));

/** The share `level` of sorted values that lie below: linear between two, as numpy's default. */
export function quantile(sorted: ArrayLike<number>, level: number): number {
  const at = level * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** Low and high end of each of several numbers that `statistic` makes of resampled problems; not finite ones are left out. */
export function resampledBands(
  problems: number,
  statistic: (chosen: Int32Array) => readonly number[],
  { seed = 0, resamples = RESAMPLES, confidence = 0.95 } = {},
): { readonly low: number; readonly high: number }[] {
  const runs = Array.from({ length: resamples }, (_, index) => statistic(resample(problems, seed, index)));
  return (runs[0] ?? []).map((_, k) => {
    const values = Float64Array.from(runs.map((run) => run[k]!).filter(Number.isFinite)).sort();
    if (values.length === 0) return { low: NaN, high: NaN };
    return { low: quantile(values, (1 - confidence) / 2), high: quantile(values, (1 + confidence) / 2) };
  });
}
