import { numberField } from '../../core/field.ts';
import { commonFields, kappa } from './common.ts';
import type { GuidanceMethod } from './types.ts';

/**
 * CFG-Zero*, https://arxiv.org/abs/2503.18886, eq. 9 and algorithm 1, for flows: the unguided velocity is scaled by
 * s* = ⟨v_c, v_∅⟩/|v_∅|², v = s*v_∅ + w(v_c − s*v_∅), and the first steps stand still, v = 0. In D, v ∝ D − κx with
 * κ = 1/(1 + σ), and v = 0 is D = κx: no evaluation.
 */
export const cfgZero: GuidanceMethod<{ zero: number }> = {
  id: 'cfg_zero',
  title: 'CFG-Zero*',
  paper: {
    title: 'CFG-Zero*: Improved Classifier-Free Guidance for Flow Matching Models',
    url: 'https://arxiv.org/abs/2503.18886',
  },
  summary: 'Scales the guess without the class to fit the one with it, and lets a flow’s first steps stand still.',
  asks: ['null'],
  params: {
    ...commonFields(),
    zero: numberField({
      label: 'Still share',
      help: 'The share of steps, from the first on, that stand still; published: 0.04, two of fifty.',
      default: 0.04,
      min: 0,
      max: 0.5,
      step: 0.01,
    }),
  },
  stepwise: ({ zero }) => zero > 0,
  alone(at, { zero }) {
    const still = at.step < Math.round(zero * at.steps);
    if (still) at.combine(at.out, [[kappa('flow', at.sigma), at.x]]);
    return still;
  },
  apply(at, { w }) {
    const k = kappa('flow', at.sigma);
    const said = at.ask('class');
    if (w === 1) {
      at.combine(at.out, [[1, said]]);
      return;
    }
    const free = at.ask('null');
    const own = at.own('a');
    at.combine(own, [
      [1, said],
      [-k, at.x],
    ]);
    at.combine(at.out, [
      [1, free],
      [-k, at.x],
    ]);
    // s*v_∅ is the part of v_c along v_∅.
    at.guide(at.out, own, at.out, { kind: 'project', keep: 0, along: 1 });
    at.combine(at.out, [
      [w, own],
      [1 - w, at.out],
      [k, at.x],
    ]);
  },
};
