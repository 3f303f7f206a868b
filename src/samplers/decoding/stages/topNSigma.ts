import { numberField } from '../../../core/field.ts';
import { argMax } from '../draw.ts';
import { keepWhere, supportSize } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Keeps tokens with l ≥ l_max − n·σ, where σ is the standard deviation (divisor N) of the logits still in play. The
 * kept set does not depend on the temperature, because σ and the distances scale alike. Tang et al. 2024,
 * https://arxiv.org/abs/2411.07641.
 */
export const topNSigma: Stage<{ n: number }> = {
  id: 'top_n_sigma',
  title: 'Top-nσ',
  group: 'truncate',
  paper: { title: 'Top-nσ: Not All Logits Are You Need', url: 'https://arxiv.org/abs/2411.07641' },
  summary: 'Keeps tokens within n standard deviations of the best logit: the noise below is cut, at any temperature.',
  params: {
    n: numberField({
      label: 'n',
      help: 'Standard deviations below the best logit that stay.',
      default: 1,
      min: 0,
      max: 10,
      step: 0.1,
    }),
  },
  apply(logits, _, { n }) {
    const count = supportSize(logits);
    const max = logits[argMax(logits)]!;
    // Distances from the maximum, not logits: their squares keep their digits when all logits are large.
    let sum = 0;
    let squares = 0;
    for (const l of logits) if (l > -Infinity) sum += l - max;
    for (const l of logits) if (l > -Infinity) squares += (l - max - sum / count) ** 2;
    const reach = n * Math.sqrt(squares / count);
    const slack = 1e-12 * Math.max(reach, 1);
    return keepWhere(logits, (token) => max - logits[token]! <= reach + slack);
  },
};
