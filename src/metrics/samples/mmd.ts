import { metricFacts } from './facts.ts';
import { kernel, widestKernel } from './gaussianKernel.ts';
import { pairMeans } from './pairSums.ts';
import { firstRows, meanOverPairs, pairwiseLimit, remember } from './pairwise.ts';
import type { Batch, Metric } from './types.ts';

/** Unbiased MMD² from three kernel means over all ordered pairs; k(x, x) = 1 is taken out of `xx` and `yy` here. */
export function mmdFromMeans(xy: number, xx: number, yy: number, n: number, m: number): number {
  return (xx * n - 1) / (n - 1) + (yy * m - 1) / (m - 1) - 2 * xy;
}

/** MMD² as it is defined, pair by pair: what the quicker sums are tested against. */
export function mmd2(x: Batch, y: Batch, k: (squared: number) => number, yWithin = meanOverPairs(y, y, k)): number {
  return mmdFromMeans(meanOverPairs(x, y, k), meanOverPairs(x, x, k), yWithin, x.n, y.n);
}

const targetWithin = remember<Batch>((target) => {
  const y = firstRows(target, pairwiseLimit);
  return meanOverPairs(y, y, kernel(widestKernel(target)));
});

export const mmd: Metric = {
  ...metricFacts.mmd,
  compute({ samples, target, kernels }) {
    if (!target || samples.n < 2 || target.n < 2) return null;
    const { xy, xx } = kernels ?? pairMeans(samples, target).kernel;
    return mmdFromMeans(
      xy,
      xx,
      targetWithin(target),
      Math.min(samples.n, pairwiseLimit),
      Math.min(target.n, pairwiseLimit),
    );
  },
};
