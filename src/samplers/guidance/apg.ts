import { numberField } from '../../core/field.ts';
import { commonFields } from './common.ts';
import type { GuidanceMethod } from './types.ts';

/**
 * Adaptive projected guidance, https://arxiv.org/abs/2410.02416, algorithm 1. With Δ = D_c − D_∅, carried over with
 * momentum β (negative: against the former one) and shortened to the radius r: D = D_c + (w − 1)(Δ⊥ + ηΔ∥), Δ∥ being the
 * part along D_c, to which oversaturation is put down. η = 1, β = 0, r = ∞ is CFG.
 */
export const apg: GuidanceMethod<{ eta: number; r: number; beta: number }> = {
  id: 'apg',
  title: 'APG',
  paper: {
    title: 'Eliminating Oversaturation and Artifacts of High Guidance Scales in Diffusion Models',
    url: 'https://arxiv.org/abs/2410.02416',
  },
  summary: 'Pushes only across the guess, with a bounded length and a momentum that damps: high weights without glare.',
  asks: ['null'],
  params: {
    ...commonFields({ w: 4 }),
    eta: numberField({
      label: 'η',
      help: 'How much of the push along the guess itself is kept: 0 is published, 1 is all of it, as in CFG.',
      default: 0,
      min: 0,
      max: 2,
      step: 0.05,
    }),
    r: numberField({
      label: 'Radius r',
      help: 'The push is shortened to this length, over all numbers of a sample; 0 leaves it. Published: 2.5 to 15.',
      default: 0,
      min: 0,
      max: 1000,
      step: 0.5,
    }),
    beta: numberField({
      label: 'Momentum β',
      help: 'How much of the former push is added: negative, as published, goes against it; 0 forgets it.',
      default: -0.5,
      min: -1,
      max: 1,
      step: 0.05,
    }),
  },
  stepwise: ({ beta }) => beta !== 0,
  apply(at, { w, eta, r, beta }) {
    const said = at.ask('class');
    // Without momentum nothing of what is not pushed has to be known.
    if (w === 1 && beta === 0) {
      at.combine(at.out, [[1, said]]);
      return;
    }
    const free = at.ask('null');
    const push = at.own('momentum');
    at.combine(push, [[1, said], [-1, free], ...(beta !== 0 && at.written(push) ? [[beta, push] as const] : [])]);
    const bounded = at.own('a');
    if (r > 0) at.guide(bounded, push, push, { kind: 'bound', radius: r });
    // Δ⊥ + ηΔ∥ = Δ + (η − 1)Δ∥
    at.guide(bounded, r > 0 ? bounded : push, said, { kind: 'project', keep: 1, along: eta - 1 });
    at.combine(at.out, [
      [1, said],
      [w - 1, bounded],
    ]);
  },
};
