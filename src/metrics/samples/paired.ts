import { metricFacts } from './facts.ts';
import type { Batch, Metric } from './types.ts';

/**
 * Distance of every sample to its own reference solution from the same noise: Euclidean in the plane, root mean square
 * per pixel for images, so that image sizes compare. A non-finite sample is infinitely far.
 */
export function pairedDistances(samples: Batch, reference: Batch): Float64Array {
  if (samples.n !== reference.n || samples.dim !== reference.dim) {
    throw new RangeError(
      `paired error needs equal shapes, got ${samples.n}×${samples.dim} and ${reference.n}×${reference.dim}`,
    );
  }
  const { n, dim } = samples;
  const per = dim > 2 ? dim : 1;
  return Float64Array.from({ length: n }, (_, i) => {
    let squared = 0;
    for (let at = i * dim; at < (i + 1) * dim; at++) squared += (samples.data[at]! - reference.data[at]!) ** 2;
    return Number.isFinite(squared) ? Math.sqrt(squared / per) : Infinity;
  });
}

/** The q-quantile with linear interpolation between order statistics (numpy's default). */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low === high ? low : low + (at - Math.floor(at)) * (high - low);
}

const paired =
  (finish: (distances: Float64Array) => number): Metric['compute'] =>
  ({ samples, reference }) =>
    reference && samples.n > 0 ? finish(pairedDistances(samples, reference)) : null;

export const pairedMedian: Metric = {
  ...metricFacts.paired_median,
  compute: paired((d) => quantile(d, 0.5)),
};

export const pairedP95: Metric = {
  ...metricFacts.paired_p95,
  compute: paired((d) => quantile(d, 0.95)),
};

export const pairedRms: Metric = {
  ...metricFacts.paired_rms,
  compute: paired((d) => Math.sqrt(d.reduce((sum, v) => sum + v * v, 0) / d.length)),
};
