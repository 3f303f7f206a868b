import { firstRows, meanOverPairs, pairwiseLimit, remember } from './pairwise.ts';
import type { Batch, Metric } from './types.ts';

/** Number of kernel widths, each half of the one before: from the whole shape to a sixteenth of it. */
export const octaves = 5;

/** The widest kernel for a target: its root-mean-square distance from its mean. */
export function widestKernel(target: Batch): number {
  const { n, dim, data } = target;
  let variance = 0;
  for (let j = 0; j < dim; j++) {
    let [mean, squares] = [0, 0];
    for (let i = 0; i < n; i++) mean += data[i * dim + j]! / n;
    for (let i = 0; i < n; i++) squares += (data[i * dim + j]! - mean) ** 2 / n;
    variance += squares;
  }
  return Math.sqrt(variance) || 1;
}

/**
 * Mean over widths b = widest, widest/2, … of the Gaussian kernel exp(−|x − y|²/2b²), as a function of |x − y|².
 * Halving b raises the kernel to the fourth power, so one exponential serves all widths.
 */
export function kernel(widest: number, count = octaves): (squared: number) => number {
  const rate = -1 / (2 * widest * widest);
  return (squared) => {
    let value = Math.exp(rate * squared);
    let sum = value;
    for (let i = 1; i < count; i++) {
      // What follows is below 1e-64: nothing to the sum, and as denormal numbers a hundred times slower to multiply.
      if (value < 1e-16) break;
      value *= value;
      value *= value;
      sum += value;
    }
    return sum / count;
  };
}

/** Unbiased MMD² from three kernel means over all ordered pairs; k(x, x) = 1 is taken out of `xx` and `yy` here. */
export function mmdFromMeans(xy: number, xx: number, yy: number, n: number, m: number): number {
  return (xx * n - 1) / (n - 1) + (yy * m - 1) / (m - 1) - 2 * xy;
}

export function mmd2(x: Batch, y: Batch, k: (squared: number) => number, yWithin = meanOverPairs(y, y, k)): number {
  return mmdFromMeans(meanOverPairs(x, y, k), meanOverPairs(x, x, k), yWithin, x.n, y.n);
}

const targetWithin = remember<Batch>((target) => {
  const y = firstRows(target, pairwiseLimit);
  return meanOverPairs(y, y, kernel(widestKernel(target)));
});

export const mmd: Metric = {
  id: 'mmd',
  title: 'MMD²',
  unit: '',
  against: 'target',
  better: 'lower',
  log: false,
  summary:
    'Maximum mean discrepancy with Gaussian kernels of five widths: sees fine and coarse faults alike; unbiased, so it may go below 0.',
  paper: {
    title: 'Gretton et al.: A kernel two-sample test (2012)',
    url: 'https://jmlr.org/papers/v13/gretton12a.html',
  },
  compute({ samples, target }) {
    if (!target || samples.n < 2 || target.n < 2) return null;
    return mmd2(
      firstRows(samples, pairwiseLimit),
      firstRows(target, pairwiseLimit),
      kernel(widestKernel(target)),
      targetWithin(target),
    );
  },
};
