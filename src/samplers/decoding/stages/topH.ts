import { numberField } from '../../../core/field.ts';
import { descending, entropy, ROUND, softmax } from '../draw.ts';
import { keepOnly } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Top-H: of all sets whose renormalised distribution q has entropy H(q) ≤ α·H(p), the one with the most mass is sought;
 * that is NP-hard, so tokens are taken greedily, most likely first, until the next one would break the bound.
 * Potraghloo et al. 2025, https://arxiv.org/abs/2509.02510.
 *
 * With mass M = Σ p and S = −Σ p ln p of the prefix, H(q) = ln M + S / M. It never falls as the prefix grows: a token
 * of share r ≤ 1/(k+1) adds h(r) − r·H(q) ≥ r ln(1/r) − r ln k > 0. So stopping at the first break gives the longest
 * prefix within the bound.
 * (transformers' warper differs: it looks at 100 tokens and cumulates −p ln p without renormalising.)
 */
export const topH: Stage<{ alpha: number }> = {
  id: 'top_h',
  title: 'Top-H',
  group: 'truncate',
  paper: {
    title: 'Top-H Decoding: Adapting the Creativity and Coherence with Bounded Entropy in Text Generation',
    url: 'https://arxiv.org/abs/2509.02510',
  },
  summary: 'Keeps as many likely tokens as it can while their entropy stays within a share α of the model’s.',
  params: {
    alpha: numberField({
      label: 'α',
      help: 'Share of the entropy that may remain; 1 keeps everything.',
      default: 0.4,
      min: 0,
      max: 1,
      step: 0.01,
    }),
  },
  apply(logits, _, { alpha }) {
    if (alpha >= 1) return logits.slice();
    const p = softmax(logits);
    const bound = alpha * entropy(p) + ROUND;
    const order = descending(p, 0);
    let mass = 0;
    let sum = 0;
    let kept = 0;
    for (; kept < order.length; kept++) {
      const next = p[order[kept]!]!;
      mass += next;
      sum -= next * Math.log(next);
      if (Math.log(mass) + sum / mass > bound) break;
    }
    return keepOnly(logits, order.subarray(0, kept));
  },
};
