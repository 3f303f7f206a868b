import { numberField } from '../../../core/field.ts';
import { keepOne } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Removes every token that would complete an n-gram which the text, prompt included, has already. When that removes
 * all, the most likely token stays. Paulus, Xiong, Socher 2017, https://arxiv.org/abs/1705.04304, who forbid repeated
 * trigrams in beam search.
 */
export const noRepeatNgram: Stage<{ n: number }> = {
  id: 'no_repeat_ngram',
  title: 'No repeated n-gram',
  group: 'penalise',
  reorders: true,
  paper: { title: 'A Deep Reinforced Model for Abstractive Summarization', url: 'https://arxiv.org/abs/1705.04304' },
  summary: 'Forbids any run of n tokens to appear twice.',
  params: {
    n: numberField({
      label: 'n',
      help: 'Length of the runs that may appear only once; 1 forbids every used token.',
      default: 3,
      min: 1,
      max: 100,
      integer: true,
    }),
  },
  apply(logits, { history }, { n }) {
    const out = logits.slice();
    const from = history.length - (n - 1);
    for (let at = 0; at + n <= history.length; at++) {
      let same = 0;
      while (same < n - 1 && history[at + same] === history[from + same]) same++;
      const banned = history[at + n - 1]!;
      if (same === n - 1 && banned < out.length) out[banned] = -Infinity;
    }
    return keepOne(logits, out);
  },
};
