import { numberField } from '../core/field.ts';
import { brownianIncrement } from '../math/brownian.ts';
import { combine, noise, plainDraw } from '../samplers/diffusion/parts/ops.ts';
import { toZero } from './parts/levels.ts';
import { ask } from './parts/told.ts';
import type { TaskMethod } from './types.ts';

/**
 * The walk over the levels of a schedule of N steps: k steps are left before and after each move. Down to every multiple
 * of `jump` that leaves room above it, then up again by `jump`, until that stretch has been walked `resamplings` times.
 * Lugmayr et al. 2022, appendix B.
 */
export function walk(steps: number, resamplings: number, jump: number): readonly (readonly [number, number])[] {
  const left = new Map<number, number>();
  for (let k = 0; k + jump < steps; k += jump) left.set(k, resamplings - 1);
  const moves: [number, number][] = [];
  let k = steps;
  while (k > 0) {
    moves.push([k, --k]);
    const again = left.get(k) ?? 0;
    if (again === 0) continue;
    left.set(k, again - 1);
    for (let up = 0; up < jump; up++) moves.push([k, ++k]);
  }
  return moves;
}

/**
 * Lugmayr et al. 2022, https://arxiv.org/abs/2201.09865, alg. 1, with any model: each step down draws what is hidden from
 * the model and what was seen from the measurement with the noise of its level; going up again by the forward process
 * lets the two agree. r = 1 is the replacement method, which never looks back. What was seen is taken as it was measured:
 * its noise too. Noise: alg. 1 line 4 for what is seen, eq. 8b for what is not.
 */
export const repaint: TaskMethod<{ resamplings: number; jump: number }> = {
  id: 'repaint',
  task: 'restore',
  title: 'RePaint',
  paper: {
    title: 'RePaint: Inpainting using Denoising Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2201.09865',
  },
  summary: 'Samples only what is hidden, puts what was seen in at every level, and goes back up so that both agree.',
  given: ['measured', 'mask'],
  roles: ['target'],
  steps: 25,
  params: {
    resamplings: numberField({
      label: 'resamplings r',
      help: 'How often each stretch is walked down; 1 is plain replacement.',
      default: 5,
      min: 1,
      max: 20,
      integer: true,
    }),
    jump: numberField({
      label: 'jump length j',
      help: 'How many steps a stretch has.',
      default: 5,
      min: 1,
      max: 50,
      integer: true,
    }),
  },
  stochastic: () => true,
  *plan(levels, { resamplings, jump }, told) {
    const sigmas = toZero(levels);
    const at = (left: number) => sigmas[levels.steps - left]!;
    const lowest = new Set<number>();
    yield noise([[1, 0]]);
    yield combine('x', [[sigmas[0]!, 'noise']]);
    yield { op: 'mark', step: 0, sigma: sigmas[0]!, x: 'x' };
    for (const [i, [from, to]] of walk(levels.steps, resamplings, jump).entries()) {
      const [s, t] = [at(from), at(to)];
      if (t > s) {
        yield noise(plainDraw(i));
        yield combine('x', [
          [1, 'x'],
          [Math.sqrt(t * t - s * s), 'noise'],
        ]); // line 10: x_t ~ q(x_t | x_{t−1})
      } else {
        yield* ask('target', told, s);
        const ratio = (t / s) ** 2;
        if (t > 0) {
          // The first time down it is DDPM's own noise: with nothing seen and r = 1 the method is that sampler.
          yield noise(lowest.has(to) ? plainDraw(i) : brownianIncrement(s, t));
          yield combine('x', [
            [ratio, 'x'],
            [1 - ratio, 'd'],
            [t * Math.sqrt(1 - ratio), 'noise'],
          ]); // line 6
          yield noise(plainDraw(i, 1));
          yield combine('known', [
            [1, 'measured'],
            [t, 'noise'],
          ]); // line 4
          yield { op: 'blend', by: 'mask', a: 'known', b: 'x', out: 'x' }; // line 8
        } else {
          yield { op: 'blend', by: 'mask', a: 'measured', b: 'd', out: 'x' };
        }
        lowest.add(to);
      }
      yield { op: 'mark', step: i + 1, sigma: t, x: 'x' };
    }
  },
};
