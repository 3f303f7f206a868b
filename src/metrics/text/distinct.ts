import { ngrams } from './ngrams.ts';
import type { TextMetric } from './types.ts';

/**
 * distinct-n: different n-grams of all samples together over their n-grams. 1 when nothing ever comes twice. Falls with
 * the number and the length of the samples, so compare equal budgets only.
 * Li et al. 2016, https://arxiv.org/abs/1510.03055, section 5.
 */
const distinct = (n: number): TextMetric => ({
  id: `distinct_${n}`,
  title: `Distinct-${n}`,
  unit: '',
  better: 'higher',
  summary: `Share of different ${n === 1 ? 'tokens' : `runs of ${n} tokens`} among all samples; only runs of the same size compare.`,
  paper: {
    title: 'A Diversity-Promoting Objective Function for Neural Conversation Models',
    url: 'https://arxiv.org/abs/1510.03055',
  },
  compute({ samples }) {
    const different = new Set<string>();
    let total = 0;
    for (const { tokens } of samples) {
      for (const key of ngrams(tokens, n).keys()) different.add(key);
      total += Math.max(0, tokens.length - n + 1);
    }
    return total > 0 ? different.size / total : null;
  },
});

export const distinct1 = distinct(1);
export const distinct2 = distinct(2);
export const distinct3 = distinct(3);
