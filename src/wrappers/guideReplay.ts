import { booleanField, numberField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { askMore, beside, differenceOf } from './asking.ts';

interface Params {
  w: number;
  towards: number;
  level: number;
  through: boolean;
  to: number;
}

/**
 * GUIDE, Cywiński et al. 2024, https://arxiv.org/abs/2403.03938: D + σ²·w·∇_x log p(y|D(x)): samples that the generator
 * of one class makes and a classifier is inclined to take for another, y. Theirs is a network; ours is the model itself,
 * whose guesses for y and for anything, at a small level σ_c, differ by σ_c²·∇ log p(y|·). The gradient through D is
 * J·that, J = ∂D/∂x by two evaluations more.
 */
export const guideReplay: DenoiserWrapper<Params> = {
  id: 'guide',
  title: 'GUIDE',
  paper: {
    title: 'Cywiński et al. 2024, GUIDE: Guidance-based Incremental Learning with Diffusion Models',
    url: 'https://arxiv.org/abs/2403.03938',
  },
  summary:
    'Makes samples that a classifier is inclined to take for another class: hard ones, near the boundary. The classifier is the model’s own opinion of its guess; its gradient comes through the guess as a difference gradient: three evaluations more, four passes.',
  params: {
    w: numberField({
      label: 'Weight w',
      help: 'How strongly the other class pulls: 0 is the sampler alone, 1 the other class’s true share.',
      default: 0.5,
      min: 0,
      max: 30,
      step: 0.05,
    }),
    towards: numberField({
      label: 'Towards class',
      help: 'Number of the class that samples shall be mistaken for, from 0 on.',
      default: 0,
      min: 0,
      max: 999,
      integer: true,
    }),
    level: numberField({
      label: 'Classified at σ',
      help: 'The level at which the model’s guesses with and without the class are compared: how coarsely classes are told apart.',
      default: 0.5,
      min: 1e-2,
      max: 100,
      log: true,
    }),
    through: booleanField({
      label: 'Gradient through D',
      help: 'As published; without it the pull on a guess is taken for that on the state, which at high noise is far too strong.',
      default: true,
    }),
    to: numberField({
      label: 'Guided up to σ',
      help: 'Guidance acts at noise levels from here down.',
      default: 1000,
      min: 1e-3,
      max: 1e6,
      log: true,
    }),
  },
  untouched: { w: 0 },
  more: true,
  asks: () => ['null', 'target'],
  steers: true,
  brief: ({ w, towards, through }) => `GUIDE ${w} to class ${towards}${through ? '' : ', not through D'}`,
  rewrite: (ops, { w, towards, level, through, to }) =>
    askMore(ops, (spot) => {
      const { op, d } = spot;
      if (w === 0 || op.sigma > to) return null;
      const [v, up] = [beside('v'), beside('up')];
      const pull = (w * op.sigma ** 2) / level ** 2;
      return [
        { ...op, out: d },
        {
          op: 'evalBatch',
          of: [
            { x: d, sigma: level, out: v, role: 'target', label: towards },
            { x: d, sigma: level, out: up, role: 'null' },
          ],
        },
        {
          op: 'lincomb',
          out: v,
          terms: [
            [1, v],
            [-1, up],
          ],
        },
        ...(through ? differenceOf(spot, v) : []),
        {
          op: 'lincomb',
          out: op.out,
          terms: [
            [1, d],
            [pull, through ? up : v],
          ],
        },
      ];
    }),
};
