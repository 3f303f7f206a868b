import { numberField } from '../../../core/field.ts';
import type { Stage } from '../types.ts';
import { countsOf, refuseWindow, windowFields, type Window } from './history.ts';

/** l ← l − α for every token that occurs in the window, however often. As OpenAI's API defines it. */
export const presencePenalty: Stage<{ penalty: number } & Window> = {
  id: 'presence_penalty',
  title: 'Presence penalty',
  group: 'penalise',
  reorders: true,
  paper: { title: 'OpenAI API: presence_penalty', url: 'https://platform.openai.com/docs/api-reference/chat/create' },
  summary: 'Takes a fixed amount off the logit of every token that was used, once: an invitation to new words.',
  params: {
    penalty: numberField({
      label: 'α',
      help: 'Taken off the logit of a used token, in nats; negative encourages it.',
      default: 0.5,
      min: -10,
      max: 10,
      step: 0.1,
    }),
    ...windowFields,
  },
  apply(logits, context, params) {
    const out = logits.slice();
    for (const token of countsOf(context, params).keys()) if (token < out.length) out[token]! -= params.penalty;
    return out;
  },
  refuse: refuseWindow,
};
