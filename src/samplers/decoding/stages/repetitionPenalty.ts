import { numberField } from '../../../core/field.ts';
import type { Stage } from '../types.ts';
import { countsOf, refuseWindow, windowFields, type Window } from './history.ts';

/**
 * Every token that occurs in the window, however often, has its logit divided by θ when positive and multiplied by θ
 * when negative: less likely for θ > 1. Keskar et al. 2019, https://arxiv.org/abs/1909.05858, who divide; the sign rule
 * is transformers', without which a negative logit would be favoured. Depends on where the model's zero is, so its
 * place in the chain matters.
 */
export const repetitionPenalty: Stage<{ penalty: number } & Window> = {
  id: 'repetition_penalty',
  title: 'Repetition penalty',
  group: 'penalise',
  reorders: true,
  paper: {
    title: 'CTRL: A Conditional Transformer Language Model for Controllable Generation',
    url: 'https://arxiv.org/abs/1909.05858',
  },
  summary: 'Makes every token that was used already less likely, once, by a factor on its logit.',
  params: {
    penalty: numberField({
      label: 'θ',
      help: 'Above 1 discourages what was used, below 1 encourages it.',
      default: 1.1,
      min: 0.1,
      max: 5,
      step: 0.05,
    }),
    ...windowFields,
  },
  apply(logits, context, params) {
    const out = logits.slice();
    for (const token of countsOf(context, params).keys()) {
      const l = out[token];
      if (l !== undefined) out[token] = l > 0 ? l / params.penalty : l * params.penalty;
    }
    return out;
  },
  refuse: refuseWindow,
};
