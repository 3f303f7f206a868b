import { choiceField, numberField } from '../../core/field.ts';
import { combine, eulerStep } from './parts/ops.ts';
import { mostOf, registersOfWindow, slide, type At } from './parts/window.ts';
import type { AdaptiveSampler, Op, Reg } from './types.ts';

type Jacobian = 'full' | 'scalar' | 'linear';
interface Params {
  jacobian: Jacobian;
  window: number;
  tolerance: number;
  delta: number;
  start: 'constant' | 'line';
}

/** Directions along which D is differentiated. */
const DIRECTIONS: Readonly<Record<Jacobian, number>> = { full: 2, scalar: 1, linear: 0 };
/** Below this level differences stop shrinking with it. */
const LEAST_LEVEL = 0.05;

const direction = (k: number): Reg => `u${k}`;
/** Where D is asked on either side; then the first of both holds J along the direction. */
const side = (k: number, plus: boolean, place: number): Reg => `${plus ? 'p' : 'm'}${k}.${place}`;

/** Directions of unit size: of points (1, 1) and what is upright on it; else the start's own noise. */
function* directions(jacobian: Jacobian, top: number): Generator<Op> {
  if (jacobian === 'linear') return;
  if (jacobian === 'scalar') {
    yield combine(direction(0), [[1 / top, 'x']]);
    return;
  }
  yield { op: 'lincomb', out: direction(0), terms: [[0, 'x']], plus: 1 };
  const out = direction(1);
  yield { op: 'guide', a: 'x', b: direction(0), out, by: { kind: 'project', keep: 1, along: -1 } };
  yield { op: 'guide', a: out, b: out, out, by: { kind: 'unit', norm: 'rms', size: 1 } };
}

/**
 * DEER: all steps at once by Newton's method. Lim et al. 2023, https://arxiv.org/abs/2309.12252, section 3, on Euler's steps Φ:
 * y'_{j+1} = Φ_j(y_j) + A_j(y'_j − y_j) with A_j = Φ_j' = (t/s)I + (1 − t/s)J and J the Jacobian of D, in a window that slides as
 * that of ParaDiGMS. J by central differences, asked in the same batch: along both axes of a point, which is all of J; or along
 * the start's own noise z, of which the number ⟨z, Jz⟩/⟨z, z⟩ stands for it, as one draw of Hutchinson's estimate of its mean; or without J, which is
 * Picard's iteration with the linear part of the step solved.
 */
export const parallelNewton: AdaptiveSampler<Params> = {
  adaptive: true,
  keepsLevels: true,
  id: 'parallel_newton',
  title: 'Parallel Newton (DEER)',
  paper: {
    title: 'Parallelizing non-linear sequential models over the sequence length',
    url: 'https://arxiv.org/abs/2309.12252',
  },
  summary:
    'Solves all steps of a window as one equation by Newton’s method: few rounds, each with the derivative of every step beside its evaluation.',
  family: 'Parallel in time',
  order: 1,
  stochastic: () => false,
  params: {
    jacobian: choiceField({
      label: 'Jacobian',
      help: 'Of D, by differences: whole for points in the plane; one number a sample, along the start’s noise; or none.',
      default: 'full',
      options: [
        ['full', 'whole (points)'],
        ['scalar', 'a number a sample'],
        ['linear', 'none: (t/s)I'],
      ],
    }),
    window: numberField({
      label: 'window',
      help: 'Steps at once. Each keeps up to seven states in memory.',
      default: 32,
      min: 1,
      max: 128,
      integer: true,
    }),
    tolerance: numberField({
      label: 'τ',
      help: 'What a state may still move, as a share of the deviation of a posterior draw.',
      default: 0.1,
      min: 0,
      max: 1,
      step: 0.01,
    }),
    delta: numberField({
      label: 'difference',
      help: 'Half the distance of two evaluations whose difference is the derivative, as a share of σ. Below .03 rounding of float32 shows: rounds more, not another end.',
      default: 0.03,
      min: 1e-6,
      max: 0.3,
      log: true,
    }),
    start: choiceField({
      label: 'start',
      help: 'The states before the first round, and those that enter the window.',
      default: 'constant',
      options: [
        ['constant', 'as the last state'],
        ['line', 'on a line to D'],
      ],
    }),
  },
  remark: (steps, { window }) =>
    window > steps ? `A window of ${window} is longer than ${steps} steps: it takes all of them at once.` : null,
  refuses: (dim, { jacobian }) =>
    jacobian === 'full' && dim !== 2
      ? `its whole Jacobian is taken along the two axes of a plane, and samples here are ${dim} numbers`
      : null,
  registers: (steps, { window, jacobian }) => registersOfWindow(steps, window, 2 * DIRECTIONS[jacobian]) + 4,
  // Beside each evaluation two for each direction.
  atMost: (steps, { window, jacobian }) => (1 + 2 * DIRECTIONS[jacobian]) * mostOf(steps, window),
  near: (_, params) => params,
  *plan(sigmas, { jacobian, window, tolerance, delta, start }) {
    const count = DIRECTIONS[jacobian];
    const size = Math.min(window, sigmas.length - 1);
    const all = Array.from({ length: count }, (_, k) => k);
    const place = ({ i }: At) => i % size;
    yield* slide({
      id: 'parallel_newton',
      sigmas,
      window,
      tolerance,
      guess: start,
      coarse: start === 'line' ? 1 : 0,
      same: (s, t) => Math.sqrt((1 + t * t) / (1 + s * s)),
      before: directions(jacobian, sigmas[0]!),
      more(at) {
        const width = delta * Math.max(at.s, LEAST_LEVEL);
        const both = all.flatMap((k) => [true, false].map((plus) => ({ k, plus, reg: side(k, plus, place(at)) })));
        return {
          before: both.map(({ k, plus, reg }) =>
            combine(reg, [
              [1, at.x],
              [plus ? width : -width, direction(k)],
            ]),
          ),
          of: both.map(({ reg }) => ({ x: reg, sigma: at.s, out: reg })),
          after: all.map((k) =>
            combine(side(k, true, place(at)), [
              [0.5 / width, side(k, true, place(at))],
              [-0.5 / width, side(k, false, place(at))],
            ]),
          ),
        };
      },
      step({ s, t, x, d }) {
        const { terms } = eulerStep(s, t, 'x', d, x) as Extract<Op, { op: 'lincomb' }>;
        return { ops: [], terms };
      },
      carry(at, v) {
        const by = { kind: 'project', keep: 0, along: 1 } as const;
        const ops = all.map((k): Op => {
          const along = side(k, true, place(at));
          // J on the part of v along a direction; or the number ⟨z, Jz⟩/⟨z, z⟩ times v.
          return jacobian === 'full'
            ? { op: 'guide', a: v, b: direction(k), onto: along, out: `j${k}`, by }
            : { op: 'guide', a: along, b: direction(k), onto: v, out: `j${k}`, by };
        });
        const { s, t } = at;
        return { ops, terms: [[t / s, v], ...all.map((k) => [1 - t / s, `j${k}`] as const)] };
      },
    });
  },
};
