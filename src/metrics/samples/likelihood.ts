import { metricFacts } from './facts.ts';
import type { Metric, Subject } from './types.ts';

/** Bits a number of log densities in nats, where a number was `2·half` of 255 steps apart: −log₂ p/d + log₂ half. */
export const bitsPerDim = (nats: number, dim: number, half = 127.5): number => (Math.log(half) - nats / dim) / Math.LN2;

function meanNats({ nats }: NonNullable<Subject['flow']>): number | null {
  if (nats.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < nats.length; i++) sum += nats[i]!;
  return sum / nats.length;
}

export const logLikelihood: Metric = {
  ...metricFacts.log_likelihood,
  compute: ({ flow }) => (flow && !flow.bytes ? meanNats(flow) : null),
};

export const bitsPerDimension: Metric = {
  ...metricFacts.bits_per_dim,
  compute({ flow }) {
    const mean = flow?.bytes ? meanNats(flow) : null;
    return mean === null ? null : bitsPerDim(mean, flow!.dim);
  },
};
