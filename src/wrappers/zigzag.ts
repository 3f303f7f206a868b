import { numberField } from '../core/field.ts';
import type { Role } from '../core/role.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import type { Op, Reg } from '../samplers/diffusion/types.ts';
import { askMore, beside } from './asking.ts';

interface Params {
  steps: number;
  back: number;
}

/** Whom the way back asks: the class and nobody, or one of them where the other has no weight. */
const askedBack = (back: number): readonly Extract<Role, 'null' | 'class'>[] => {
  if (back === 0) return ['null'];
  return back === 1 ? ['class'] : ['null', 'class'];
};

/** D of guidance weight `back` at a state and level, null + w·(class − null), into `out`. */
function guessBack(x: Reg, sigma: number, back: number, out: Reg): readonly Op[] {
  const [only, other] = askedBack(back);
  if (other === undefined) return [{ op: 'eval', x, sigma, out, role: only! }];
  const of = beside('class');
  return [
    {
      op: 'evalBatch',
      of: [
        { x, sigma, out, role: only! },
        { x, sigma, out: of, role: other },
      ],
    },
    {
      op: 'lincomb',
      out,
      terms: [
        [1 - back, out],
        [back, of],
      ],
    },
  ];
}

/**
 * Z-sampling, Bai et al. 2024, https://arxiv.org/abs/2412.10891: a step down as guided, a step back up under less guidance,
 * and down again by the sampler. What the class adds to the way down and not to the way back stays in the state. After the
 * paper's abstract and an account of its algorithm: the step down is Euler's, and the step back is Euler's from where it came
 * to, as inversions go, so that it is no exact inverse.
 */
export const zigzag: DenoiserWrapper<Params> = {
  id: 'zigzag',
  title: 'Z-sampling',
  paper: {
    title: 'Bai et al. 2024, Zigzag Diffusion Sampling',
    url: 'https://arxiv.org/abs/2412.10891',
  },
  summary:
    'Goes down a step as guided, back up under less guidance, and down again: three evaluations a step, and the class has pulled twice.',
  params: {
    steps: numberField({
      label: 'Zigzag steps',
      help: 'In so many steps, from the first on; the last step to σ = 0 has no way back.',
      default: 1000,
      min: 0,
      max: 1000,
      integer: true,
    }),
    back: numberField({
      label: 'Guidance of the way back',
      help: 'Weight w of the class on the way up: 0 is nobody, as published, 1 the class as it is.',
      default: 0,
      min: 0,
      max: 20,
      step: 0.1,
    }),
  },
  untouched: { steps: 0 },
  more: true,
  steers: true,
  asks: ({ back }) => askedBack(back),
  brief: ({ steps, back }) => `zigzag ${steps >= 1000 ? 'all' : steps}, back at w ${back}`,
  rewrite: (ops, { steps, back }, _fitted, _network, _halves, place) =>
    askMore(
      ops,
      ({ op, begins, step, next }) => {
        if (!begins || step >= steps || next <= 0) return null;
        const [down, said] = [beside('down'), beside('said')];
        const kept = next / op.sigma;
        return [
          { ...op, out: said },
          {
            op: 'lincomb',
            out: down,
            terms: [
              [kept, op.x],
              [1 - kept, said],
            ],
          },
          ...guessBack(down, next, back, said),
          {
            op: 'lincomb',
            out: op.x,
            terms: [
              [1 / kept, down],
              [1 - 1 / kept, said],
            ],
          },
          op,
        ];
      },
      place,
    ),
};
