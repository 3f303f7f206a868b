import { numberField } from '../../../core/field.ts';
import { keepOne } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Removes the tokens that end a text until `n` tokens were written after the prompt; from n on it does nothing. With n of
 * at least the run's length no text ends by itself: `ignore_eos` by another name. As `min_new_tokens` of transformers (no
 * paper). Stop strings still end a text.
 */
export const minNewTokens: Stage<{ n: number }> = {
  id: 'min_new_tokens',
  title: 'Minimum length',
  group: 'constrain',
  masks: true,
  reorders: true,
  paper: {
    title: 'transformers: MinNewTokensLengthLogitsProcessor',
    url: 'https://huggingface.co/docs/transformers/internal/generation_utils#transformers.MinNewTokensLengthLogitsProcessor',
  },
  summary: 'Lets no text end before n tokens; with n beyond the run’s length end tokens are ignored.',
  params: {
    n: numberField({
      label: 'n',
      help: 'Tokens after the prompt before the text may end.',
      default: 32,
      min: 0,
      max: 1_000_000,
      integer: true,
    }),
  },
  apply(logits, { history, promptLength, endTokens = [] }, { n }) {
    const out = logits.slice();
    if (history.length - promptLength < n)
      for (const token of endTokens) if (token < out.length) out[token] = -Infinity;
    return keepOne(logits, out);
  },
  refuse: ({ n }) => (n === 0 ? 'A minimum length of 0 does nothing: raise it, or remove the stage.' : null),
};
