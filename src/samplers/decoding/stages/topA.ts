import { numberField } from '../../../core/field.ts';
import { argMax, logSoftmax, ROUND } from '../draw.ts';
import { keepWhere } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Keeps tokens with P ≥ a · P_max², in logarithms ln P ≥ ln a + 2 ln P_max. The bar is high where the model is sure and
 * low where it is not, with more of a slope than min-p's. a = 0 keeps all. No paper; BlinkDL's definition in RWKV-LM,
 * which KoboldAI and text-generation-webui took.
 */
export const topA: Stage<{ a: number }> = {
  id: 'top_a',
  title: 'Top-a',
  group: 'truncate',
  paper: {
    title: 'RWKV-LM: the top-a sampling method',
    url: 'https://github.com/BlinkDL/RWKV-LM/tree/4cb363e5aa31978d801a47bc89d28e927ab6912e#the-top-a-sampling-method',
  },
  summary: 'Removes tokens below a times the square of the largest probability: strict where the model is sure.',
  params: {
    a: numberField({
      label: 'a',
      help: 'Share of the squared largest probability that a token needs to stay; 0 keeps all.',
      default: 0.2,
      min: 0,
      max: 1,
      step: 0.01,
    }),
  },
  apply(logits, _, { a }) {
    const log = logSoftmax(logits);
    const bar = Math.log(a) + 2 * log[argMax(logits)]! - ROUND;
    return keepWhere(logits, (token) => log[token]! >= bar);
  },
};
