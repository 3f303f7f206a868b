import { choiceField, numberField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { askMore, beside, WRAPPER_DRAW } from './asking.ts';

interface Params {
  student: 'weak' | 'own';
  lambda: number;
  steps: number;
}

/**
 * Distillation++, Park et al. 2024, https://arxiv.org/abs/2412.08871, eq. 9: in the first steps the student's guess x_S is
 * noised to the next level, the teacher says what it takes that for, and the student goes on with (1 − λ)x_S + λx_T. The
 * teacher is the model at hand with its guidance; the student the weaker one that autoguidance leads away from, or the
 * model itself.
 */
export const distillationPp: DenoiserWrapper<Params> = {
  id: 'distillation_pp',
  title: 'Distillation++',
  paper: {
    title: 'Park et al. 2024, Inference-Time Diffusion Model Distillation',
    url: 'https://arxiv.org/abs/2412.08871',
  },
  summary:
    'A weaker model does the steps, and in the first of them the model at hand looks at its guess, noised anew to the next level, and corrects it: one evaluation more each.',
  params: {
    student: choiceField<Params['student']>({
      label: 'Student',
      help: 'Who takes the steps: the weaker model, or the model itself, whose guesses are then merely looked at twice.',
      default: 'weak',
      options: [
        ['weak', 'the weaker model'],
        ['own', 'the model itself'],
      ],
    }),
    lambda: numberField({
      label: 'Teacher’s share λ',
      help: 'How much of the teacher’s guess replaces the student’s: at 0 the teacher is not asked, at 1 the student’s guess is forgotten.',
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.05,
    }),
    steps: numberField({
      label: 'Steps looked at',
      help: 'In so many steps, from the first on, the teacher looks: each costs an evaluation more.',
      default: 2,
      min: 0,
      max: 1000,
      integer: true,
    }),
  },
  untouched: { student: 'own', steps: 0 },
  more: true,
  asks: ({ student }) => (student === 'weak' ? ['weak'] : []),
  brief: ({ student, lambda, steps }) =>
    `Distillation++ ${steps} × ${lambda}${student === 'own' ? ', own student' : ''}`,
  rewrite: (ops, { student, lambda, steps }, _fitted, _network, _halves, place) =>
    askMore(
      ops,
      (spot) => {
        const { op, next } = spot;
        const looks = lambda > 0 && spot.begins && spot.step < steps && next > 0;
        if (student === 'own' && !looks) return null;
        const asked = (out: string): Op => ({ ...op, out, ...(student === 'weak' && { role: 'weak' }) });
        if (!looks) return [asked(op.out)];
        const [z, again] = [beside('z'), beside('again')];
        return [
          asked(op.out),
          { op: 'noise', out: z, draws: [[1, WRAPPER_DRAW + spot.step]] },
          {
            op: 'lincomb',
            out: again,
            terms: [
              [1, op.out],
              [next, z],
            ],
          },
          { op: 'eval', x: again, sigma: next, out: again },
          {
            op: 'lincomb',
            out: op.out,
            terms: [...(lambda < 1 ? [[1 - lambda, op.out] as const] : []), [lambda, again]],
          },
        ];
      },
      place,
    ),
};
