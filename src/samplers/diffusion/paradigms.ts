import { brownianIncrement } from '../../math/brownian.ts';
import { choiceField, numberField } from '../../core/field.ts';
import { noise } from './parts/ops.ts';
import { mostOf, registersOfWindow, slide } from './parts/window.ts';
import type { AdaptiveSampler } from './types.ts';

interface Params {
  base: 'euler' | 'ddpm';
  window: number;
  tolerance: number;
  coordinates: 'vp' | 've';
  start: 'constant' | 'line' | 'coarse';
  coarse: number;
}

const coarseSteps = ({ start, coarse }: Pick<Params, 'start' | 'coarse'>): number => {
  if (start === 'constant') return 0;
  return start === 'line' ? 1 : coarse;
};

/**
 * ParaDiGMS: Picard iterations on a window of steps. Shih et al. 2023, https://arxiv.org/abs/2305.16317, algorithm 1:
 * y'_{j+1} = y_b + Σ_{b ≤ i ≤ j} (Φ_i(y_i) − y_i), all Φ_i at once, with Φ one step of the base; then the window goes on to the first state
 * that moved by more than τ of the posterior's deviation t·√(1 − t²/s²) in any sample. Written by what moved, which leaves a state
 * that stands as the base would make it, to the last bit. Noise of a base that draws is keyed by its step: the same in every sweep.
 * The sum is taken in y = x̂/√(1 + σ²), or in x̂. A better start than the constant one is what remains of PCM (So et al. 2025,
 * https://arxiv.org/abs/2503.19731) without its training: a line, or a coarse solve.
 */
export const paradigms: AdaptiveSampler<Params> = {
  adaptive: true,
  keepsLevels: true,
  id: 'paradigms',
  title: 'ParaDiGMS',
  paper: { title: 'Parallel Sampling of Diffusion Models', url: 'https://arxiv.org/abs/2305.16317' },
  summary:
    'Guesses a window of steps and corrects all of them at once until they stand still: more evaluations than its base, fewer of them in a row.',
  family: 'Parallel in time',
  order: 1,
  stochastic: ({ base }) => base === 'ddpm',
  params: {
    base: choiceField({
      label: 'base',
      help: 'Whose steps are taken: where the iteration ends.',
      default: 'euler',
      options: [
        ['euler', 'Euler'],
        ['ddpm', 'DDPM (posterior)'],
      ],
    }),
    window: numberField({
      label: 'window',
      help: 'Steps at once. Each keeps three states in memory.',
      default: 16,
      min: 1,
      max: 128,
      integer: true,
    }),
    tolerance: numberField({
      label: 'τ',
      help: 'What a state may still move, as a share of the deviation of a posterior draw; 0 goes on to the base itself.',
      default: 0.1,
      min: 0,
      max: 1,
      step: 0.01,
    }),
    coordinates: choiceField({
      label: 'coordinates',
      help: 'In which the changes are summed. In x̂ first sweeps overshoot by many times the data.',
      default: 'vp',
      options: [
        ['vp', 'x̂/√(1 + σ²), of constant variance'],
        ['ve', 'x̂'],
      ],
    }),
    start: choiceField({
      label: 'start',
      help: 'The states before the first sweep, and those that enter the window.',
      default: 'constant',
      options: [
        ['constant', 'as the last state'],
        ['line', 'on a line to D'],
        ['coarse', 'a coarse solve'],
      ],
    }),
    coarse: numberField({
      label: 'coarse steps',
      help: 'Of the solve through the first window, where the start is one; lines between them.',
      default: 4,
      min: 2,
      max: 32,
      integer: true,
    }),
  },
  remark: (steps, { window }) =>
    window > steps ? `A window of ${window} is longer than ${steps} steps: it takes all of them at once.` : null,
  registers: (steps, { window }) => registersOfWindow(steps, window),
  atMost: (steps, params) => mostOf(steps, params.window),
  near: (_, params) => params,
  plan(sigmas, params) {
    const { base, window, tolerance, coordinates } = params;
    const ratio = (s: number, t: number) => (coordinates === 'vp' ? Math.sqrt((1 + t * t) / (1 + s * s)) : 1);
    return slide({
      id: 'paradigms',
      sigmas,
      window,
      tolerance,
      guess: params.start === 'constant' ? 'constant' : 'line',
      coarse: coarseSteps(params),
      same: ratio,
      step({ s, t, x, d }) {
        if (base === 'euler' || t === 0)
          return {
            ops: [],
            terms: [
              [t / s, x],
              [1 - t / s, d],
            ],
          };
        const q = (t / s) ** 2;
        return {
          ops: [noise(brownianIncrement(s, t))],
          terms: [
            [q, x],
            [1 - q, d],
            [t * Math.sqrt(1 - q), 'noise'],
          ],
        };
      },
      carry: ({ s, t }, v) => ({ ops: [], terms: [[ratio(s, t), v]] }),
    });
  },
};
