import { brownianIncrement } from '../../math/brownian.ts';
import { numberField } from '../../core/field.ts';
import { NoNumberError } from './parts/adaptive.ts';
import { combine, denoise, mark, noise, plainDraw, start, steps } from './parts/ops.ts';
import type { AdaptivePlan, AdaptiveSampler } from './types.ts';

interface Params {
  snr: number;
  correct_steps: number;
}

/** The mean over samples of a norm, but for √d: its means of squares, half of them the first vector's and half the second's. */
function meanNorms(squares: Float64Array): readonly [first: number, second: number] {
  const n = squares.length / 2;
  const mean = (of: Float64Array) => of.reduce((sum, v) => sum + Math.sqrt(v), 0) / n;
  return [mean(squares.subarray(0, n)), mean(squares.subarray(n))];
}

/**
 * One step of Langevin at σ = s, x + εg + √(2ε) z with g = (D − x)/s² and ε = 2(r·‖z‖/‖g‖)², norms averaged over the samples of the run.
 * Song et al. 2021, algorithm 4.
 */
function* correct(s: number, draw: number, step: number, snr: number): AdaptivePlan {
  yield denoise(s);
  yield noise(plainDraw(step, draw));
  const answer: Float64Array = yield {
    op: 'measure',
    per: 'sample',
    of: [
      { terms: [[1, 'noise']], power: 2 },
      {
        terms: [
          [1, 'd'],
          [-1, 'x'],
        ],
        power: 2,
      },
    ],
  };
  const [drawn, pulled] = meanNorms(answer);
  const share = 2 * (snr * s * (drawn / pulled)) ** 2; // ε/s²
  if (!Number.isFinite(share))
    throw new NoNumberError('score_sde_ve', s, 'Take fewer levels near 0, a lower snr, or less guidance.');
  yield combine('x', [
    [1 - share, 'x'],
    [share, 'd'],
    [s * Math.sqrt(2 * share), 'noise'],
  ]);
}

/**
 * Predictor–corrector sampling of the variance exploding SDE: at each level steps of Langevin, then the reverse diffusion to the next.
 * Song et al. 2021, https://arxiv.org/abs/2011.13456, algorithms 1, 2 and 4; corrected before it predicts, as diffusers does. The predictor
 * adds √(s² − t²) z, as much as the forward process does over the step. To σ = 0 no noise is added, and it returns the denoised value of the
 * corrected state. With Gaussian data and many numbers a sample, Langevin leaves the variance at 1 + r² of what it should be,
 * however many levels there are: order 0.
 */
export const scoreSdeVe: AdaptiveSampler<Params> = {
  adaptive: true,
  keepsLevels: true,
  spendsAll: true,
  id: 'score_sde_ve',
  title: 'Predictor–corrector (VE)',
  paper: {
    title: 'Score-Based Generative Modeling through Stochastic Differential Equations',
    url: 'https://arxiv.org/abs/2011.13456',
  },
  summary:
    'At every level some Langevin, as strong as the noise beside the score, before the step down: made for a thousand levels.',
  family: 'Stochastic',
  order: 0,
  stochastic: () => true,
  params: {
    snr: numberField({
      label: 'signal to noise',
      help: 'How far a Langevin step goes: the ratio of its two parts, squared, is about half its length.',
      default: 0.15,
      min: 0.001,
      max: 0.7,
      log: true,
    }),
    correct_steps: numberField({
      label: 'corrector steps',
      help: 'Langevin steps at every level; each asks the model once.',
      default: 1,
      min: 0,
      max: 3,
      integer: true,
    }),
  },
  atMost: (steps, { correct_steps }) => steps * (1 + correct_steps),
  near: (_, params) => params,
  *plan(sigmas, { snr, correct_steps }) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      for (let k = 0; k < correct_steps; k++) yield* correct(s, k, i, snr);
      yield denoise(s);
      if (t > 0) {
        const q = (t / s) ** 2;
        yield noise(brownianIncrement(s, t));
        yield combine('x', [
          [q, 'x'],
          [1 - q, 'd'],
          [Math.sqrt((s - t) * (s + t)), 'noise'],
        ]);
      } else {
        yield combine('x', [[1, 'd']]);
      }
      yield mark(i + 1, t);
    }
  },
};
