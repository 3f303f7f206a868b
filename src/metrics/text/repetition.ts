import { ngrams } from './ngrams.ts';
import type { TextMetric } from './types.ts';

/** Run length: shorter runs repeat in any honest text, longer ones miss loops with a change in them. */
const N = 4;

/** Share of the n-grams of one text that stood earlier in it: 1 − different / all. Null for a text shorter than n. */
export function repeated(tokens: readonly number[], n = N): number | null {
  const total = tokens.length - n + 1;
  return total > 0 ? 1 - ngrams(tokens, n).size / total : null;
}

/**
 * seq-rep-4 of Welleck et al. 2019, https://arxiv.org/abs/1908.04319, section 6.1: mean over the samples long enough to
 * have one.
 */
export const repetition: TextMetric = {
  id: 'repetition',
  title: 'Repetition',
  unit: '',
  better: 'lower',
  summary: 'Share of the runs of four tokens that stood earlier in the same text: near 0 in prose, near 1 in a loop.',
  paper: { title: 'Neural Text Generation with Unlikelihood Training', url: 'https://arxiv.org/abs/1908.04319' },
  compute({ samples }) {
    const rates = samples.map((s) => repeated(s.tokens)).filter((r) => r !== null);
    return rates.length > 0 ? rates.reduce((a, b) => a + b, 0) / rates.length : null;
  },
};
