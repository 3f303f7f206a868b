import { numberField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { askMore, beside, differenceOf, WRAPPER_DRAW } from './asking.ts';

interface Params {
  w: number;
  level: number;
  every: number;
}

/**
 * Self-guided minority sampling, Um & Ye 2024, https://arxiv.org/abs/2407.11555: what the model loses of its own guess x₀
 * when that is noised to a level and guessed again, L = |x₀ − D(x₀ + σ_p z; σ_p)|, is large where data are rare. Every
 * k-th step the posterior mean moves by w·variance·g, g = ∇_x L over its largest entry, the second guess held fast. In D
 * that is w·t²·g, t being the next level. The gradient is J(x₀ − D(…)), J = ∂D/∂x, which is symmetric where D is a mean:
 * so two evaluations more give it as a difference.
 */
export const minority: DenoiserWrapper<Params> = {
  id: 'minority',
  title: 'Minority self-guidance',
  paper: {
    title: 'Um & Ye 2024, Self-Guided Generation of Minority Samples',
    url: 'https://arxiv.org/abs/2407.11555',
  },
  summary:
    'Goes where the model loses most of its own guess when it is noised and guessed again: towards rare samples, and with too much weight off the data. A difference gradient: three evaluations more at each guided step. Made for DDPM.',
  params: {
    w: numberField({
      label: 'Weight w',
      help: 'How far a guided step is pushed, in variances of its noise: 0 is the sampler alone. The push always has this length.',
      default: 0.5,
      min: 0,
      max: 10,
      step: 0.05,
    }),
    level: numberField({
      label: 'Noised to σ',
      help: 'The level to which a guess is noised to see what is lost of it: about the distance between modes.',
      default: 1,
      min: 1e-3,
      max: 1000,
      log: true,
    }),
    every: numberField({
      label: 'Guide every',
      help: 'One step in so many is guided.',
      default: 1,
      min: 1,
      max: 100,
      integer: true,
    }),
  },
  untouched: { w: 0 },
  more: true,
  steers: true,
  brief: ({ w, level, every }) => `minority ${w} at σ ${level}${every > 1 ? `, every ${every}` : ''}`,
  rewrite: (ops, { w, level, every }, _fitted, _network, _halves, place) =>
    askMore(
      ops,
      (spot) => {
        const { op, d, next, step } = spot;
        if (w === 0 || next === 0 || step % every !== 0) return null;
        const [z, again, v, up] = [beside('z'), beside('again'), beside('v'), beside('up')];
        return [
          { ...op, out: d },
          { op: 'noise', out: z, draws: [[1, WRAPPER_DRAW + spot.number]] },
          {
            op: 'lincomb',
            out: again,
            terms: [
              [1, d],
              [level, z],
            ],
          },
          { op: 'eval', x: again, sigma: level, out: again },
          {
            op: 'lincomb',
            out: v,
            terms: [
              [1, d],
              [-1, again],
            ],
          },
          // Its size is L, by which the gradient is divided: only its direction counts.
          { op: 'guide', a: v, b: v, out: v, by: { kind: 'unit', norm: 'rms', size: 1 } },
          ...differenceOf(spot, v),
          { op: 'guide', a: up, b: up, out: up, by: { kind: 'unit', norm: 'max', size: w * next ** 2 } },
          {
            op: 'lincomb',
            out: op.out,
            terms: [
              [1, d],
              [1, up],
            ],
          },
        ];
      },
      place,
    ),
};
