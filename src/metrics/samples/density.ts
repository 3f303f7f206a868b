import { metricFacts } from './facts.ts';
import type { Metric } from './types.ts';

/** Mean −log p of the samples under the target smoothed by the smallest noise level. */
export const nll: Metric = {
  ...metricFacts.nll,
  compute({ samples, logDensity }) {
    if (!logDensity || samples.n === 0) return null;
    return -logDensity(Float64Array.from(samples.data)).reduce((sum, v) => sum + v, 0) / samples.n;
  },
};

/** Half the sum of |share − weight| over modes, from the mode that each of n samples belongs to. */
export function weightsError(owners: ArrayLike<number>, weights: ArrayLike<number>): number {
  const shares = new Float64Array(weights.length);
  for (let i = 0; i < owners.length; i++) shares[owners[i]!]! += 1 / owners.length;
  return shares.reduce((sum, share, k) => sum + Math.abs(share - weights[k]!), 0) / 2;
}

export const modeWeights: Metric = {
  ...metricFacts.mode_weights,
  compute: ({ samples, modes }) => {
    if (!modes || samples.n === 0) return null;
    const x = Float64Array.from(samples.data);
    return x.every(Number.isFinite) ? weightsError(modes.assign(x), modes.weights) : NaN;
  },
};
