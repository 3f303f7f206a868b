import { brownianIncrement } from '../../math/brownian.ts';
import { choiceField } from '../../core/field.ts';
import { combine, denoise, mark, noise, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

/**
 * DDPM's ancestral sampling. Ho et al. 2020, https://arxiv.org/abs/2006.11239, eq. 7 and section 3.2, with x̂ = x/√ᾱ,
 * 1/ᾱ = 1 + σ̂². The posterior mean is D + (t²/s²)(x − D). Its variance is t²(1 − t²/s²) (β̃, "fixed small"; in law
 * exactly the step of Euler ancestral), or β: (s² − t²)(1 + t²)/(1 + s²) ("fixed large"). No noise in the last step.
 */
export const ddpm: ListedSampler<{ variance: 'fixed_small' | 'fixed_large' }> = {
  id: 'ddpm',
  title: 'DDPM (ancestral)',
  paper: { title: 'Denoising Diffusion Probabilistic Models', url: 'https://arxiv.org/abs/2006.11239' },
  summary: 'The original sampler: one posterior draw per step, made for a thousand of them.',
  order: 1,
  stochastic: () => true,
  params: {
    variance: choiceField({
      label: 'variance',
      help: 'Small is right for one fixed picture, large for pure noise; with many steps they agree.',
      default: 'fixed_small',
      options: [
        ['fixed_small', 'posterior (β̃)'],
        ['fixed_large', 'forward step (β)'],
      ],
    }),
  },
  *plan(sigmas, { variance }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const ratio = (t / s) ** 2;
      const small = t * Math.sqrt(1 - ratio);
      const large = s * Math.sqrt(((1 - ratio) * (1 + t * t)) / (1 + s * s));
      yield denoise(s);
      if (t > 0) {
        yield noise(brownianIncrement(s, t));
        yield combine('x', [
          [ratio, 'x'],
          [1 - ratio, 'd'],
          [variance === 'fixed_small' ? small : large, 'noise'],
        ]); // eq. 7, alg. 2 line 4
      } else {
        yield combine('x', [[1, 'd']]); // alg. 2, line 3: z = 0 for the last step
      }
      yield mark(i + 1, t);
    }
  },
};
