import { numberField } from '../../../core/field.ts';
import { argMax, ROUND } from '../draw.ts';
import { keepWhere } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Keeps tokens with P ≥ p · P_max, in logits l ≥ l_max + ln p, so that no softmax is needed. A token exactly at the bar
 * stays. Nguyen et al. 2024, https://arxiv.org/abs/2407.01082. p = 0 keeps all, p = 1 what ties with the most likely.
 */
export const minP: Stage<{ p: number }> = {
  id: 'min_p',
  title: 'Min-p',
  group: 'truncate',
  paper: {
    title: 'Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs',
    url: 'https://arxiv.org/abs/2407.01082',
  },
  summary: 'Removes tokens less likely than a share p of the most likely one: the bar drops when the model is unsure.',
  params: {
    p: numberField({
      label: 'p',
      help: 'Share of the largest probability a token needs to stay.',
      default: 0.05,
      min: 0,
      max: 1,
      step: 0.01,
    }),
  },
  apply(logits, _, { p }) {
    const bar = logits[argMax(logits)]! + Math.log(p) - ROUND;
    return keepWhere(logits, (token) => logits[token]! >= bar);
  },
};
