import { numberField } from '../../../core/field.ts';
import type { Stage } from '../types.ts';
import { countsOf, refuseWindow, windowFields, type Window } from './history.ts';

/** l ← l − α·c for every token, where c is how often it occurs in the window. As OpenAI's API defines it. */
export const frequencyPenalty: Stage<{ penalty: number } & Window> = {
  id: 'frequency_penalty',
  title: 'Frequency penalty',
  group: 'penalise',
  reorders: true,
  paper: { title: 'OpenAI API: frequency_penalty', url: 'https://platform.openai.com/docs/api-reference/chat/create' },
  summary: 'Takes an amount off the logit of a token for every time it was used: the more often, the less likely.',
  params: {
    penalty: numberField({
      label: 'α',
      help: 'Taken off the logit for every use, in nats; negative encourages it.',
      default: 0.2,
      min: -10,
      max: 10,
      step: 0.1,
    }),
    ...windowFields,
  },
  apply(logits, context, params) {
    const out = logits.slice();
    for (const [token, count] of countsOf(context, params))
      if (token < out.length) out[token]! -= params.penalty * count;
    return out;
  },
  refuse: refuseWindow,
};
