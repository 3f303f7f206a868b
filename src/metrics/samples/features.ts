import { frechetDistance, moments } from '../../math/frechet.ts';
import { metricFacts } from './facts.ts';
import type { Batch, Metric } from './types.ts';

/** Fréchet distance of a small classifier's features. Named FD, not FID: its values do not compare with Inception's. */
export const fd: Metric = {
  ...metricFacts.fd,
  compute({ features }) {
    if (!features || features.samples.n <= features.samples.dim) return null;
    const { n, dim, data } = features.samples;
    return Math.max(0, frechetDistance(moments(data, n, dim), features.real));
  },
};

/** Unbiased MMD² of the features under a cubic kernel. */
export const kid: Metric = {
  ...metricFacts.kid,
  compute: ({ features }) => features?.real.kid?.(features.samples, features.labels) ?? null,
};

/** The share of rows whose largest score is the label's; a row with a NaN is wrong. */
export function accuracyOf(logits: Batch, labels: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < logits.n; i++) {
    let best = -1;
    for (let k = 0; k < logits.dim; k++) {
      const value = logits.data[i * logits.dim + k]!;
      if (Number.isNaN(value)) {
        best = -1;
        break;
      }
      if (best < 0 || value > logits.data[i * logits.dim + best]!) best = k;
    }
    if (best === labels[i]) right++;
  }
  return right / logits.n;
}

export const accuracy: Metric = {
  ...metricFacts.accuracy,
  compute: ({ features }) =>
    features && features.labels.length > 0 && features.logits.n > 0
      ? accuracyOf(features.logits, features.labels)
      : null,
};
