import { brownianIncrement } from '../../math/brownian.ts';
import { numberField } from '../../core/field.ts';
import { combine, denoise, mark, noise, start, steps } from './parts/ops.ts';
import type { ListedSampler } from './types.ts';

interface Params {
  beta_min: number;
  beta_max: number;
}

/** The time u at which log(1 + σ²) = β₀u + ½(β₁ − β₀)u²; in the form that keeps its digits where u is small. */
function timeOf(sigma: number, { beta_min: low, beta_max: high }: Params): number {
  const log = Math.log1p(sigma * sigma);
  return (2 * log) / (low + Math.sqrt(low * low + 2 * (high - low) * log));
}

/**
 * Euler–Maruyama on the reverse SDE of the variance preserving process, in its own time. Song et al. 2021,
 * https://arxiv.org/abs/2011.13456, eq. 6 with the drift and diffusion of eq. 11: over h of time, z = x̂/√(1 + σ²) becomes
 * z + h·β(½z + ∇log p) + √(βh) n. The levels of the list lie at times u, of which steps are the differences; a time above 1 goes
 * on along the same line. No noise in the last step, which returns the denoised value.
 */
export const scoreSdeVp: ListedSampler<Params> = {
  id: 'score_sde_vp',
  title: 'Euler–Maruyama (VP)',
  paper: {
    title: 'Score-Based Generative Modeling through Stochastic Differential Equations',
    url: 'https://arxiv.org/abs/2011.13456',
  },
  summary:
    'The reverse SDE by the plainest scheme, in the time of the variance preserving process. What every better SDE sampler is compared with.',
  order: 1,
  stochastic: () => true,
  params: {
    beta_min: numberField({
      label: 'β at time 0',
      help: 'Rate at which the process adds noise where it begins.',
      default: 0.1,
      min: 0.001,
      max: 1,
      log: true,
    }),
    beta_max: numberField({
      label: 'β at time 1',
      help: 'The same where it ends; between them the rate grows evenly.',
      default: 20,
      min: 1,
      max: 100,
      log: true,
    }),
  },
  *plan(sigmas, params) {
    const { beta_min: low, beta_max: high } = params;
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      if (t > 0) {
        const u = timeOf(s, params);
        const turn = (low + u * (high - low)) * (u - timeOf(t, params)); // βh
        const scale = Math.sqrt((1 + t * t) / (1 + s * s));
        const pull = turn * (1 + 1 / (s * s)); // ∇log p of z is √(1 + s²)·(D − x̂)/s²
        yield noise(brownianIncrement(s, t));
        yield combine('x', [
          [scale * (1 + turn / 2 - pull), 'x'],
          [scale * pull, 'd'],
          [Math.sqrt((1 + t * t) * turn), 'noise'],
        ]);
      } else {
        yield combine('x', [[1, 'd']]);
      }
      yield mark(i + 1, t);
    }
  },
};
