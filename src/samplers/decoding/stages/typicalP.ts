import { numberField } from '../../../core/field.ts';
import { descending, entropy, logSoftmax } from '../draw.ts';
import { keepOnly } from '../support.ts';
import { massPrefix } from './topP.ts';
import type { Stage } from '../types.ts';

/**
 * Locally typical sampling: tokens in the order of |−ln P − H|, the distance of their surprise from the entropy H of
 * the distribution, until their mass is at least p. Equal distances go by index; distances are rounded to 1e-12 first,
 * so that two that are equal on paper are. The most likely token may go. Meister et al. 2023,
 * https://arxiv.org/abs/2202.00666.
 */
export const typicalP: Stage<{ p: number }> = {
  id: 'typical_p',
  title: 'Locally typical',
  group: 'truncate',
  reorders: true,
  paper: { title: 'Locally Typical Sampling', url: 'https://arxiv.org/abs/2202.00666' },
  summary: 'Keeps tokens whose surprise is near the expected surprise: neither the dullest nor the wildest.',
  params: {
    p: numberField({
      label: 'p',
      help: 'Mass to keep; 1 keeps everything.',
      default: 0.95,
      min: 0,
      max: 1,
      step: 0.01,
    }),
  },
  apply(logits, _, { p }) {
    if (p >= 1) return logits.slice();
    const log = logSoftmax(logits);
    const probabilities = log.map(Math.exp);
    const h = entropy(probabilities);
    const order = descending(log.map((v) => (v > -Infinity ? -Math.round(Math.abs(-v - h) * 1e12) : -Infinity)));
    return keepOnly(logits, order.subarray(0, massPrefix(probabilities, order, p)));
  },
};
