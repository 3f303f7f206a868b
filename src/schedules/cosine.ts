import { numberField } from '../core/field.ts';
import { rampDown } from './ramp.ts';
import type { Schedule } from './types.ts';

/**
 * Uniform in the time of the cosine noise process, then 0. Nichol & Dhariwal 2021, https://arxiv.org/abs/2102.09672,
 * eq. 17: ᾱ(t) = f(t)/f(0), f(t) = cos²(½π(t + s)/(1 + s)), so 1 + σ̂² = f(0)/f(t). Runs between the two times of the
 * range.
 */
export const cosine: Schedule<{ s: number }> = {
  id: 'cosine',
  title: 'Cosine',
  paper: { title: 'Improved Denoising Diffusion Probabilistic Models', url: 'https://arxiv.org/abs/2102.09672' },
  summary: 'Destroys the picture evenly in time: many steps at middling noise.',
  params: {
    s: numberField({
      label: 'offset s',
      help: 'Keeps the first noise levels from being too small; .008 is published.',
      default: 0.008,
      min: 0,
      max: 0.1,
    }),
  },
  sigmas(steps, { min, max }, { s }) {
    const start = Math.cos((Math.PI / 2) * (s / (1 + s))); // √f(0)
    const angle = (sigma: number) => Math.acos(start / Math.sqrt(1 + sigma * sigma)); // ½π(t + s)/(1 + s), linear in t
    const first = angle(max);
    const last = angle(min);
    return rampDown(steps, max, min, (u) => Math.sqrt((start / Math.cos(first + u * (last - first))) ** 2 - 1));
  },
};
