import { numberField } from '../../../core/field.ts';
import { descending } from '../draw.ts';
import { keepOnly } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Keeps the k most likely tokens, exactly k where there are so many: of equal logits those of smaller index.
 * (transformers keeps everything that ties with the k-th.) Fan, Lewis, Dauphin 2018, https://arxiv.org/abs/1805.04833.
 */
export const topK: Stage<{ k: number }> = {
  id: 'top_k',
  title: 'Top-k',
  group: 'truncate',
  paper: { title: 'Hierarchical Neural Story Generation', url: 'https://arxiv.org/abs/1805.04833' },
  summary: 'Keeps the k most likely tokens and forgets the rest.',
  params: {
    k: numberField({
      label: 'k',
      help: 'How many tokens stay in play.',
      default: 40,
      min: 1,
      max: 100000,
      integer: true,
      log: true,
    }),
  },
  apply: (logits, _, { k }) => keepOnly(logits, descending(logits).subarray(0, Math.max(k, 1))),
};
