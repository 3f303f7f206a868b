import { logLoss } from './logLoss.ts';
import type { TextMetric } from './types.ts';

/** The log-loss in bits: the length of the shortest code for the text by this model. Shannon 1948, section 9. */
export const bitsPerToken: TextMetric = {
  id: 'bits_per_token',
  title: 'Bits per token',
  unit: 'bits / token',
  better: 'lower',
  summary: 'Bits that a perfect coder with this model needs for one token of the text.',
  paper: { title: 'A Mathematical Theory of Communication', url: 'https://doi.org/10.1002/j.1538-7305.1948.tb01338.x' },
  compute(subject) {
    const nats = logLoss.compute(subject);
    return nats === null ? null : nats / Math.LN2;
  },
};
