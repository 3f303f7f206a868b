import { numberField } from '../../core/field.ts';
import { karras } from '../../schedules/karras.ts';
import { heunStep } from './parts/heunStep.ts';
import { combine, mark, noise, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

interface Params {
  N_R: number;
  K: number;
  t_min: number;
  t_max: number;
}
/** Restart k draws this number + k: apart from the per-step draws and the Brownian tree. */
const RESTART_DRAW = 0x10000000;

/**
 * Restart: Heun's method, but once t_min is reached the state is noised back to t_max and solved down again, K times.
 * Xu et al. 2023, https://arxiv.org/abs/2306.14878. t_min is the schedule's level nearest to it; N_R counts noise
 * levels, as in the published settings, so one round is N_R − 1 Heun steps on a Karras grid (ρ = 7), 2(N_R − 1)
 * evaluations.
 */
export const restart: Sampler<Params> = {
  id: 'restart',
  title: 'Restart',
  paper: { title: 'Restart Sampling for Improving Generative Processes', url: 'https://arxiv.org/abs/2306.14878' },
  summary: 'Jumps back up and solves the same stretch again: the noise contracts earlier errors, the ODE adds few.',
  order: 2,
  stochastic: ({ K }) => K > 0,
  params: {
    N_R: numberField({
      label: 'levels',
      help: 'Noise levels of one round: one more than its steps.',
      default: 3,
      min: 2,
      max: 20,
      integer: true,
    }),
    K: numberField({
      label: 'rounds',
      help: 'How often the stretch is solved again; 0 is Heun.',
      default: 2,
      min: 0,
      max: 20,
      integer: true,
    }),
    t_min: numberField({
      label: 't_min',
      help: 'Where the jump starts: the nearest level of the schedule.',
      default: 0.14,
      min: 0.01,
      max: 10,
      log: true,
    }),
    t_max: numberField({
      label: 't_max',
      help: 'How far up the jump goes.',
      default: 0.3,
      min: 0.02,
      max: 50,
      log: true,
    }),
  },
  *plan(sigmas, { N_R, K, t_min, t_max }) {
    const distance = sigmas.map((sigma, j) =>
      j > 0 && sigma > 0 && sigma < t_max ? Math.abs(sigma - t_min) : Infinity,
    );
    // 0, which no step ends at, when no level lies below t_max.
    const jump = distance.indexOf(Math.min(...distance));
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      let last = yield* heunStep(s, t);
      for (let k = 0; k < K && i + 1 === jump; k++) {
        yield noise([[1, RESTART_DRAW + k]]);
        yield combine('x', [
          [1, 'x'],
          [Math.sqrt(t_max * t_max - t * t), 'noise'],
        ]); // the forward process from t to t_max
        const levels = karras.sigmas(N_R, { min: t, max: t_max }, { rho: 7 });
        for (let j = 0; j < N_R - 1; j++) last = yield* heunStep(levels[j]!, levels[j + 1]!); // the backward ODE again
      }
      yield mark(i + 1, t, last);
    }
  },
};
