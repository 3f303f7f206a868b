import { combine, denoise, eulerStep, mark, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

/**
 * The classical Runge-Kutta method of order 4 on dx/d(log σ) = x − D(x; σ). Kutta 1901; the variable log σ is that of
 * Lu et al. 2022, https://arxiv.org/abs/2206.00927, section 3, with α = 1. The step to σ = 0, where log σ ends, returns
 * the denoised value.
 */
export const rk4: Sampler<object> = {
  id: 'rk4',
  title: 'Runge-Kutta 4 in log σ',
  paper: {
    title: 'DPM-Solver: A Fast ODE Solver for Diffusion Probabilistic Model Sampling in Around 10 Steps',
    url: 'https://arxiv.org/abs/2206.00927',
  },
  summary: 'The textbook fourth-order method: four evaluations a step, very accurate once steps are small.',
  order: 4,
  stochastic: () => false,
  params: {},
  *plan(sigmas) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t === 0) {
        yield eulerStep(s, t);
        yield mark(i + 1, t);
        continue;
      }
      const h = Math.log(t / s);
      const middle = Math.sqrt(s * t);
      yield combine('y2', [
        [1 + h / 2, 'x'],
        [-h / 2, 'd'],
      ]); // x + h/2·k₁, k = x − D
      yield denoise(middle, 'd2', 'y2');
      yield combine('y3', [
        [1, 'x'],
        [h / 2, 'y2'],
        [-h / 2, 'd2'],
      ]); // x + h/2·k₂
      yield denoise(middle, 'd3', 'y3');
      yield combine('y4', [
        [1, 'x'],
        [h, 'y3'],
        [-h, 'd3'],
      ]); // x + h·k₃
      yield denoise(t, 'd4', 'y4');
      const w = h / 6; // x + h/6·(k₁ + 2k₂ + 2k₃ + k₄)
      yield combine('x', [
        [1 + w, 'x'],
        [-w, 'd'],
        [2 * w, 'y2'],
        [-2 * w, 'd2'],
        [2 * w, 'y3'],
        [-2 * w, 'd3'],
        [w, 'y4'],
        [-w, 'd4'],
      ]);
      yield mark(i + 1, t, 'd4');
    }
  },
};
