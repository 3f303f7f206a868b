import { numberField } from '../../core/field.ts';
import { commonFields } from './common.ts';
import type { GuidanceMethod } from './types.ts';

/**
 * Perp-Neg, https://arxiv.org/abs/2304.04968, eq. 8 and 9 with one negative: D = D_∅ + w(p − v·n⊥), p = D_c − D_∅,
 * n = D_neg − D_∅, and n⊥ what of n is perpendicular to p, so that what both have in common stays.
 */
export const perpNeg: GuidanceMethod<{ v: number; avoid: number }> = {
  id: 'perp_neg',
  title: 'Perp-Neg',
  paper: {
    title: 'Re-imagine the Negative Prompt Algorithm: Transform 2D Diffusion into 3D',
    url: 'https://arxiv.org/abs/2304.04968',
  },
  summary: 'Towards a class and away from another one, as far as the two do not agree.',
  asks: ['null', 'negative'],
  params: {
    ...commonFields(),
    v: numberField({
      label: 'Negative weight',
      help: 'How much of the other class is taken away; 0 is CFG.',
      default: 1,
      min: 0,
      max: 10,
      step: 0.1,
    }),
    avoid: numberField({
      label: 'Class to avoid',
      help: 'Number of the class to keep away from, from 0 on.',
      default: 0,
      min: 0,
      max: 999,
      integer: true,
    }),
  },
  apply(at, { w, v, avoid }) {
    const said = at.ask('class');
    const free = at.ask('null');
    if (v === 0 || w === 0) {
      at.combine(at.out, [
        [w, said],
        [1 - w, free],
      ]);
      return;
    }
    const positive = at.own('a');
    const negative = at.ask('negative', avoid);
    at.combine(positive, [
      [1, said],
      [-1, free],
    ]);
    at.combine(at.out, [
      [1, negative],
      [-1, free],
    ]);
    at.guide(at.out, at.out, positive, { kind: 'project', keep: 1, along: -1 });
    at.combine(at.out, [
      [1, free],
      [w, positive],
      [-w * v, at.out],
    ]);
  },
};
