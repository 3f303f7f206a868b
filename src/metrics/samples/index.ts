import { modeWeights, nll } from './density.ts';
import { energy } from './energy.ts';
import { metricIds, type MetricId } from './facts.ts';
import { accuracy, fd, kid } from './features.ts';
import { bitsPerDimension, logLikelihood } from './likelihood.ts';
import { mmd } from './mmd.ts';
import { pairedMedian, pairedP95, pairedRms } from './paired.ts';
import { sw1, sw2 } from './sliced.ts';
import type { Metric, Subject } from './types.ts';

export { metricIds, type MetricId };

/** The registry: one line per metric. */
export const metrics = {
  paired_median: pairedMedian,
  paired_p95: pairedP95,
  paired_rms: pairedRms,
  energy,
  sw1,
  sw2,
  mmd,
  nll,
  mode_weights: modeWeights,
  fd,
  kid,
  accuracy,
  log_likelihood: logLikelihood,
  bits_per_dim: bitsPerDimension,
} as const satisfies Record<MetricId, Metric>;

/** Every metric that applies to the subject, by id. */
export function judge(subject: Subject, ids: readonly MetricId[] = metricIds): Partial<Record<MetricId, number>> {
  const values: Partial<Record<MetricId, number>> = {};
  for (const id of ids) {
    const value = metrics[id].compute(subject);
    if (value !== null) values[id] = value;
  }
  return values;
}
