import { metricFacts } from './facts.ts';
import { pairMeans } from './pairSums.ts';
import { firstRows, meanOverPairs, pairwiseLimit, remember } from './pairwise.ts';
import type { Batch, Metric } from './types.ts';

/**
 * Unbiased energy distance from three mean distances: `xy` over the n·m cross pairs, `xx` and `yy` over all n² and m²
 * ordered pairs (the zero distances of a point to itself included, as a kernel of row sums delivers them).
 */
export function energyFromMeans(xy: number, xx: number, yy: number, n: number, m: number): number {
  return 2 * xy - (xx * n) / (n - 1) - (yy * m) / (m - 1);
}

const within = (x: Batch) => meanOverPairs(x, x, Math.sqrt);

/**
 * 2 E|X − Y| − E|X − X′| − E|Y − Y′| as a U-statistic: 0 on average when both sets come from one distribution. Pair by
 * pair: what the quicker sums are tested against.
 */
export function energyDistance(x: Batch, y: Batch): number {
  return energyFromMeans(meanOverPairs(x, y, Math.sqrt), within(x), within(y), x.n, y.n);
}

const targetWithin = remember<Batch>((y) => within(firstRows(y, pairwiseLimit)));

export const energy: Metric = {
  ...metricFacts.energy,
  compute({ samples, target, pairs }) {
    if (!target || samples.n < 2 || target.n < 2) return null;
    const { xy, xx } = pairs ?? pairMeans(samples, target).distance;
    return energyFromMeans(
      xy,
      xx,
      targetWithin(target),
      Math.min(samples.n, pairwiseLimit),
      Math.min(target.n, pairwiseLimit),
    );
  },
};
