import { firstRows, meanOverPairs, pairwiseLimit, remember } from './pairwise.ts';
import type { Batch, Metric } from './types.ts';

/** Kernel widths as shares of the target's own spread: from fine detail to the whole shape. */
export const bandwidthShares = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1] as const;

/** The widths for a target: its root-mean-square distance from its mean, times each share. */
export function bandwidths(target: Batch): number[] {
  const { n, dim, data } = target;
  let variance = 0;
  for (let j = 0; j < dim; j++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += data[i * dim + j]! / n;
    for (let i = 0; i < n; i++) squares += (data[i * dim + j]! - sum) ** 2 / n;
    variance += squares;
  }
  return bandwidthShares.map((share) => share * (Math.sqrt(variance) || 1));
}

/** Mean over widths b of the Gaussian kernel exp(−|x − y|²/2b²), as a function of |x − y|². */
export function kernel(widths: readonly number[]): (squared: number) => number {
  const rates = widths.map((b) => -1 / (2 * b * b));
  return (squared) => {
    let sum = 0;
    for (const rate of rates) sum += Math.exp(rate * squared);
    return sum / rates.length;
  };
}

/** Unbiased MMD² from three kernel means over all ordered pairs; k(x, x) = 1 is taken out of `xx` and `yy` here. */
export function mmdFromMeans(xy: number, xx: number, yy: number, n: number, m: number): number {
  return (xx * n - 1) / (n - 1) + (yy * m - 1) / (m - 1) - 2 * xy;
}

export function mmd2(x: Batch, y: Batch, widths: readonly number[], yWithin?: number): number {
  const k = kernel(widths);
  return mmdFromMeans(meanOverPairs(x, y, k), meanOverPairs(x, x, k), yWithin ?? meanOverPairs(y, y, k), x.n, y.n);
}

const targetWithin = remember<Batch>((target) => {
  const y = firstRows(target, pairwiseLimit);
  return meanOverPairs(y, y, kernel(bandwidths(target)));
});

export const mmd: Metric = {
  id: 'mmd', title: 'MMD²', unit: '', against: 'target', better: 'lower', log: false,
  summary: 'Maximum mean discrepancy with Gaussian kernels of five widths: sees fine and coarse faults alike; unbiased, so it may go below 0.',
  paper: { title: 'Gretton et al.: A kernel two-sample test (2012)', url: 'https://jmlr.org/papers/v13/gretton12a.html' },
  compute({ samples, target }) {
    if (!target || samples.n < 2 || target.n < 2) return null;
    return mmd2(firstRows(samples, pairwiseLimit), firstRows(target, pairwiseLimit), bandwidths(target), targetWithin(target));
  },
};
