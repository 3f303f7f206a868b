import { frechetDistance, moments } from '../../math/frechet.ts';
import type { Batch, Metric } from './types.ts';

/** Fréchet distance of a small classifier's features. Named FD, not FID: its values do not compare with Inception's. */
export const fd: Metric = {
  id: 'fd',
  title: 'FD-patchnet',
  unit: '',
  against: 'features',
  better: 'lower',
  log: true,
  summary:
    'Fréchet distance between this run’s samples and real images in the 32 features of our small classifier, patchnet; not comparable with Inception’s FID. Below 33 samples it is not defined, and few give a value too high: the band is what as many real images score.',
  paper: {
    title: 'Heusel et al.: GANs trained by a two time-scale update rule (2017)',
    url: 'https://arxiv.org/abs/1706.08500',
  },
  compute({ features }) {
    if (!features || features.samples.n <= features.samples.dim) return null;
    const { n, dim, data } = features.samples;
    return Math.max(0, frechetDistance(moments(data, n, dim), features.real));
  },
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
  id: 'accuracy',
  title: 'Class accuracy',
  unit: '',
  against: 'features',
  better: 'higher',
  log: false,
  summary: 'The share of images that a small classifier recognises as the class they were asked to be.',
  compute: ({ features }) =>
    features && features.labels.length > 0 && features.logits.n > 0
      ? accuracyOf(features.logits, features.labels)
      : null,
};
