import { combine, mark, noise, plainDraw, steps as stepsOf } from '../samplers/diffusion/parts/ops.ts';
import { toZero } from './parts/levels.ts';
import { ask } from './parts/told.ts';
import type { TaskMethod } from './types.ts';

/**
 * Inversion-free editing by DDCM, the denoising diffusion consistent model. Xu et al. 2023,
 * https://arxiv.org/abs/2312.04965, section 3 and alg. 2 with η = 1, without the control of attention, which needs words.
 * In these coordinates the multi-step consistency of both branches is x₀′ ← x₀ + D_tgt(x₀′ + σz) − D_src(x₀ + σz), with
 * one z for both. What the two guesses share cancels: with source = target nothing changes.
 */
export const infedit: TaskMethod<object> = {
  id: 'infedit',
  task: 'edit',
  title: 'InfEdit (no inversion)',
  paper: { title: 'Inversion-Free Image Editing with Natural Language', url: 'https://arxiv.org/abs/2312.04965' },
  summary: 'Noises the picture and its edit alike and adds only what the two classes make differently of them.',
  given: ['given'],
  roles: ['source', 'target'],
  steps: 12,
  params: {},
  stochastic: () => true,
  *plan(levels, _, told) {
    const sigmas = toZero(levels);
    yield combine('x', [[1, 'given']]);
    yield { op: 'mark', step: 0, sigma: 0, x: 'x' };
    for (const { i, s } of stepsOf(sigmas)) {
      yield noise(i === 0 ? [[1, 0]] : plainDraw(i));
      yield combine('a', [
        [1, 'given'],
        [s, 'noise'],
      ]);
      yield combine('b', [
        [1, 'x'],
        [s, 'noise'],
      ]);
      yield* ask('source', told, s, 'a', 'e');
      yield* ask('target', told, s, 'b', 'd');
      yield combine('x', [
        [1, 'given'],
        [1, 'd'],
        [-1, 'e'],
      ]);
      yield mark(i + 1, 0);
    }
  },
};
