// The colour scale of a heat map. Pure.
import type { Spot } from '../../../experiments/grid/summary.ts';

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** How it runs between them, in a word; empty where evenly. */
  readonly runs: string;
  share(v: number): number;
}

/** Values that scatter around 0 with a few far out: their usual size, or null where no few stand out. */
export function usualSize(values: readonly number[]): number | null {
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  const usual = sizes[Math.floor(sizes.length / 2)] ?? 0;
  return usual > 0 && sizes.at(-1)! > FAR_OUT * usual ? usual : null;
}
const FAR_OUT = 30;

/**
 * From the least to the largest mean; logarithmic where the metric may be drawn so, and beyond the usual size where a few
 * values would take the scale for themselves.
 */
export function scaleFor(spots: readonly (readonly Spot[])[], mayBeLog: boolean): Scale | null {
  const means = spots.flat().flatMap((s) => (s.mean !== null && Number.isFinite(s.mean) ? [s.mean] : []));
  if (means.length === 0) return null;
  const low = means.reduce((a, b) => Math.min(a, b));
  const high = means.reduce((a, b) => Math.max(a, b));
  const usual = usualSize(means);
  const kinds = {
    logarithmic: Math.log,
    'logarithmic far out': (v: number) => Math.asinh(v / (usual ?? 1)),
    '': (v: number) => v,
  };
  const otherwise = usual === null ? '' : 'logarithmic far out';
  const runs = mayBeLog && low > 0 ? 'logarithmic' : otherwise;
  const f = kinds[runs];
  return { low, high, runs, share: (v) => (high === low ? 0.5 : (f(v) - f(low)) / (f(high) - f(low))) };
}
