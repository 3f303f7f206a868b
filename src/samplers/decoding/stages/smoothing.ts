import { numberField } from '../../../core/field.ts';
import { argMax } from '../draw.ts';
import type { Stage } from '../types.ts';

/**
 * Quadratic sampling: with d = l − l_max ≤ 0, l ← l_max − f·(k d² − s d³), where k = (3 − c)/2 and s = (c − 1)/2. Near
 * the top differences shrink, far below they grow; c = 1 is the plain parabola, c = 3 a cubic that drops later and more
 * steeply. For c from 1 to 3 the order of tokens stays. f = 0 leaves the logits as they are. No paper; kalomaze's
 * definition, as in text-generation-webui (`smoothing_factor`, `smoothing_curve`).
 */
export const smoothing: Stage<{ factor: number; curve: number }> = {
  id: 'smoothing',
  title: 'Quadratic smoothing',
  group: 'shape',
  paper: {
    title: 'text-generation-webui: quadratic sampling',
    url: 'https://github.com/oobabooga/text-generation-webui/pull/5403',
  },
  summary: 'A parabola through the best logit: likely tokens come closer to each other, unlikely ones fall away.',
  params: {
    factor: numberField({
      label: 'Factor',
      help: 'How steep the curve is; 0 leaves the logits as they are.',
      default: 0.25,
      min: 0,
      max: 10,
      step: 0.01,
    }),
    curve: numberField({
      label: 'Curve',
      help: 'Between a parabola (1) and a cubic (3).',
      default: 1,
      min: 1,
      max: 3,
      step: 0.05,
    }),
  },
  apply(logits, _, { factor, curve }) {
    if (factor === 0) return logits.slice();
    const max = logits[argMax(logits)]!;
    const [k, s] = [(3 - curve) / 2, (curve - 1) / 2];
    return logits.map((l) => {
      const d = l - max;
      return l === -Infinity ? l : max - factor * d * d * (k - s * d);
    });
  },
  refuse: ({ factor }) =>
    factor === 0 ? 'A smoothing factor of 0 does nothing: raise it, or remove the stage.' : null,
};
