import { numberField } from '../../../core/field.ts';
import { descending, ROUND, softmax } from '../draw.ts';
import { keepOnly } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Tail-free sampling. With P sorted downwards, the curvature c_j = |P_j − 2P_{j+1} + P_{j+2}|, j = 0…n−3, is normalised
 * to Σ c = 1; the tail begins where the cumulated curvature first exceeds z, at some j, and the token in the middle of
 * that difference, rank j + 1, is the last one kept. Nothing is cut when it is never exceeded, or when the curve has no
 * curvature.
 *
 * Trenton Bricken 2019; the place of the cut is that of his text ("adding one to put it in the center of the tail",
 * tokens *below* it removed). llama.cpp cut two tokens and the transformers ports one token earlier.
 */
export const tailFree: Stage<{ z: number }> = {
  id: 'tail_free',
  title: 'Tail-free',
  group: 'truncate',
  paper: { title: 'Tail Free Sampling', url: 'https://www.trentonbricken.com/Tail-Free-Sampling/' },
  summary: 'Cuts where the sorted probabilities stop bending: beyond that, tokens are equally unlikely.',
  params: {
    z: numberField({
      label: 'z',
      help: 'Share of the curvature before the tail; 1 keeps everything.',
      default: 0.95,
      min: 0,
      max: 1,
      step: 0.01,
    }),
  },
  apply(logits, _, { z }) {
    const order = descending(logits);
    const p = softmax(logits);
    const sorted = Float64Array.from(order, (token) => p[token]!);
    const bend = Float64Array.from({ length: Math.max(sorted.length - 2, 0) }, (_, j) =>
      Math.abs(sorted[j]! - 2 * sorted[j + 1]! + sorted[j + 2]!),
    );
    const total = bend.reduce((a, b) => a + b, 0);
    if (total <= ROUND || z >= 1) return logits.slice();
    let cumulated = 0;
    const cut = bend.findIndex((c) => (cumulated += c / total) > z + ROUND);
    return cut < 0 ? logits.slice() : keepOnly(logits, order.subarray(0, cut + 2));
  },
};
