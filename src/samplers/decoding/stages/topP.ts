import { numberField } from '../../../core/field.ts';
import { descending, ROUND, softmax } from '../draw.ts';
import { keepOnly } from '../support.ts';
import type { Stage } from '../types.ts';

/** How many tokens of `order` it takes until their mass reaches `target`; all of them when it never does. */
export function massPrefix(probabilities: Float64Array, order: Uint32Array, target: number): number {
  let mass = 0;
  for (let i = 0; i < order.length; i++) {
    mass += probabilities[order[i]!]!;
    if (mass >= target - ROUND) return i + 1;
  }
  return order.length;
}

/**
 * Nucleus: the smallest set of most likely tokens whose mass is at least p: Σ_{kept} P ≥ p. The token that crosses p is
 * kept, equal ones go by index. Holtzman et al. 2020, https://arxiv.org/abs/1904.09751. p = 1 keeps all, p = 0 the most
 * likely one.
 */
export const topP: Stage<{ p: number }> = {
  id: 'top_p',
  title: 'Top-p (nucleus)',
  group: 'truncate',
  paper: { title: 'The Curious Case of Neural Text Degeneration', url: 'https://arxiv.org/abs/1904.09751' },
  summary:
    'Keeps the fewest most likely tokens that together have mass p: few when the model is sure, many when it is not.',
  params: {
    p: numberField({
      label: 'p',
      help: 'Mass to keep; 1 keeps everything.',
      default: 0.95,
      min: 0,
      max: 1,
      step: 0.01,
    }),
  },
  apply(logits, _, { p }) {
    if (p >= 1) return logits.slice(); // the mass of the tail may be below the rounding of the sum
    const order = descending(logits);
    return keepOnly(logits, order.subarray(0, massPrefix(softmax(logits), order, p)));
  },
};
