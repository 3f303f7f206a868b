import { choiceField } from '../../core/field.ts';
import { equalStepWeights, ring, slope } from './parts/multistep.ts';
import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import type { Op, Sampler } from './types.ts';

/** Time of the variance-preserving SDE with β from .1 to 20, Song et al. 2021, eq. 33, and the level of a time. */
const timeOf = (sigma: number) => (Math.sqrt(0.1 ** 2 + 2 * 19.9 * Math.log1p(sigma * sigma)) - 0.1) / 19.9;
const levelOf = (time: number) => Math.sqrt(Math.expm1((19.9 * time * time) / 2 + 0.1 * time));

/** The level in the middle of a step, in training time. */
export const middleOf = (s: number, t: number): number => levelOf((timeOf(s) + timeOf(t)) / 2);

/** Runge-Kutta's four slopes, each carried over by the transfer x + (t − s)ε; the first one is remembered. */
function* rungeKutta(s: number, t: number, first: string): Generator<Op> {
  const m = middleOf(s, t);
  const move = (h: number, e: string) => combine('y', [[1, 'x'], [h, e]]); // prettier-ignore
  yield move(m - s, first);
  yield denoise(m, 'd', 'y');
  yield slope(m, 'k2', 'd', 'y');
  yield move(m - s, 'k2');
  yield denoise(m, 'd', 'y');
  yield slope(m, 'k3', 'd', 'y');
  yield move(t - s, 'k3');
  yield denoise(t, 'd', 'y');
  yield slope(t, 'k4', 'd', 'y');
  const h = (t - s) / 6;
  yield combine('x', [[1, 'x'], [h, first], [2 * h, 'k2'], [2 * h, 'k3'], [h, 'k4']]); // prettier-ignore
}

/**
 * PNDM: Adams-Bashforth weights for equal steps, as iPNDM, but started by a method of higher order: three pseudo
 * Runge-Kutta steps of the paper, or the step of Heun that diffusers takes with `skip_prk_steps`, as Stable Diffusion's
 * PLMS does. Liu et al. 2022, https://arxiv.org/abs/2202.09778, algorithm 2; the transfer of its eq. 11 is a straight line in
 * x̂ over σ.
 */
export const pndm: Sampler<{ warmup: 'heun' | 'runge_kutta' }> = {
  id: 'pndm',
  title: 'PNDM (PLMS)',
  paper: {
    title: 'Pseudo Numerical Methods for Diffusion Models on Manifolds',
    url: 'https://arxiv.org/abs/2202.09778',
  },
  summary:
    'Mixes the last four slopes with fixed weights after a better first step: one evaluation more than iPNDM in all.',
  order: 2,
  stochastic: () => false,
  params: {
    warmup: choiceField({
      label: 'warm-up',
      help: 'How the first steps are taken, before there are slopes to mix: one of Heun, or three of Runge-Kutta.',
      default: 'heun',
      options: [
        ['heun', 'one step of Heun (PLMS)'],
        ['runge_kutta', 'three of Runge-Kutta'],
      ],
    }),
  },
  *plan(sigmas, { warmup }) {
    const history = ring('e', 4);
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const e = history(i);
      yield denoise(s);
      if (t === 0) {
        yield combine('x', [[1, 'd']]);
        yield mark(i + 1, t);
        continue;
      }
      yield slope(s, e);
      if (warmup === 'runge_kutta' && i < 3) {
        yield* rungeKutta(s, t, e);
      } else if (i === 0) {
        const h = t - s;
        yield eulerStep(s, t, 'y');
        yield denoise(t, 'd', 'y');
        yield combine('x', [[1, 'x'], [h / 2, e], [h / (2 * t), 'y'], [-h / (2 * t), 'd']]); // prettier-ignore
      } else {
        const w = equalStepWeights[Math.min(3, i)]!;
        yield combine('x', [[1, 'x'], ...w.map((c, j) => [(t - s) * c, history(i - j)] as const)]);
      }
      yield mark(i + 1, t);
    }
  },
};
