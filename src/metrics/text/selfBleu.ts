import { ngrams } from './ngrams.ts';
import type { TextMetric } from './types.ts';

const ORDERS = [1, 2, 3, 4];
/**
 * What stands for no match at all (method 1 of Chen and Cherry 2014): one missing order must not make every score 0.
 */
const NO_MATCH = 0.1;

/**
 * Sentence BLEU-4 of a text against references: the geometric mean of the clipped n-gram precisions times the brevity
 * penalty exp(1 − r/c) when the text (length c) is shorter than the reference nearest in length (r; of two, the
 * shorter). Papineni et al. 2002, https://aclanthology.org/P02-1040. An order without a match counts as 0.1 matches;
 * orders longer than the text are left out. In [0, 1]; 0 for an empty text. Throws a RangeError without a reference.
 */
export function bleu(text: readonly number[], references: readonly (readonly number[])[]): number {
  if (references.length === 0) throw new RangeError('BLEU needs at least one reference');
  const orders = ORDERS.filter((n) => n <= text.length);
  if (orders.length === 0) return 0;
  let logs = 0;
  for (const n of orders) {
    const tables = references.map((r) => ngrams(r, n));
    let matched = 0;
    for (const [key, count] of ngrams(text, n))
      matched += Math.min(count, Math.max(...tables.map((t) => t.get(key) ?? 0)));
    logs += Math.log((matched || NO_MATCH) / (text.length - n + 1));
  }
  const nearest = references
    .map((r) => r.length)
    .reduce((a, b) => {
      const d = Math.abs(b - text.length) - Math.abs(a - text.length);
      return d < 0 || (d === 0 && b < a) ? b : a;
    });
  return Math.exp(logs / orders.length + Math.min(0, 1 - nearest / text.length));
}

/**
 * Mean BLEU-4 of each sample against all the others. Zhu et al. 2018 (Texygen), https://arxiv.org/abs/1802.01886,
 * section 3.2.
 */
export const selfBleu: TextMetric = {
  id: 'self_bleu',
  title: 'Self-BLEU',
  unit: '',
  better: 'lower',
  summary:
    'How much of each sample the others already say: 1 when all are equal, near 0 when they share nothing. Needs two samples.',
  paper: {
    title: 'Texygen: A Benchmarking Platform for Text Generation Models',
    url: 'https://arxiv.org/abs/1802.01886',
  },
  compute({ samples }) {
    if (samples.length < 2) return null;
    return (
      samples.reduce(
        (sum, s) =>
          sum +
          bleu(
            s.tokens,
            samples.filter((o) => o !== s).map((o) => o.tokens),
          ),
        0,
      ) / samples.length
    );
  },
};
