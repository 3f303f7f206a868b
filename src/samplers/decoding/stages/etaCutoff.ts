import { numberField } from '../../../core/field.ts';
import { entropy, ROUND, softmax } from '../draw.ts';
import { keepWhere } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * η-sampling: keeps tokens with P > η, strictly, where η = min(ε, √ε · exp(−H)) and H is the entropy in nats: a fixed
 * bar that gives way where the distribution is flat. Hewitt, Manning, Liang 2022, https://arxiv.org/abs/2210.15191,
 * with α = √ε as they set it.
 */
export const etaCutoff: Stage<{ epsilon: number }> = {
  id: 'eta_cutoff',
  title: 'η cut-off',
  group: 'truncate',
  paper: { title: 'Truncation Sampling as Language Model Desmoothing', url: 'https://arxiv.org/abs/2210.15191' },
  summary:
    'A smallest probability that drops when the model is unsure, so that flat distributions keep their many words.',
  params: {
    epsilon: numberField({
      label: 'ε',
      help: 'The bar where the model is sure; elsewhere it is √ε·exp(−entropy).',
      default: 0.0003,
      min: 0,
      max: 1,
      step: 0.0001,
    }),
  },
  apply(logits, _, { epsilon }) {
    if (epsilon === 0) return logits.slice();
    const p = softmax(logits);
    const bar = Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropy(p)));
    return keepWhere(logits, (token) => p[token]! > bar * (1 + ROUND));
  },
};
