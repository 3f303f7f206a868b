import { numberField } from '../../../core/field.ts';
import { ROUND, softmax } from '../draw.ts';
import { keepWhere } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * ε-sampling: keeps tokens with P > ε, strictly; the most likely one when there is none. Hewitt, Manning, Liang 2022,
 * https://arxiv.org/abs/2210.15191. (transformers keeps P = ε too.)
 */
export const epsilonCutoff: Stage<{ epsilon: number }> = {
  id: 'epsilon_cutoff',
  title: 'ε cut-off',
  group: 'truncate',
  paper: { title: 'Truncation Sampling as Language Model Desmoothing', url: 'https://arxiv.org/abs/2210.15191' },
  summary: 'Removes every token whose probability is at or below a fixed bar.',
  params: {
    epsilon: numberField({
      label: 'ε',
      help: 'Smallest probability that is not noise.',
      default: 0.0003,
      min: 0,
      max: 1,
      step: 0.0001,
    }),
  },
  apply(logits, _, { epsilon }) {
    if (epsilon === 0) return logits.slice();
    const p = softmax(logits);
    return keepWhere(logits, (token) => p[token]! > epsilon * (1 + ROUND));
  },
};
