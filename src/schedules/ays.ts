import { choiceField } from '../core/field.ts';
import { logLinear } from './logLinear.ts';
import { tableSigma } from './vpTable.ts';
import type { Schedule } from './types.ts';

type Model = 'sd' | 'sdxl' | 'svd';
const onTable = (times: readonly number[]) => [...times, 0].map((t) => tableSigma('sd', t)); // the last level is the table's lowest

/** Ten-step tables of the paper, with the lowest level the model knows as eleventh entry. */
const tables: Record<Model, readonly number[]> = {
  sd: onTable([999, 850, 736, 645, 545, 455, 343, 233, 124, 24]),
  sdxl: onTable([999, 845, 730, 587, 443, 310, 193, 116, 53, 13]),
  svd: [700, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002],
};

/**
 * Align Your Steps: schedules optimised for a model. Sabour et al. 2024, https://arxiv.org/abs/2404.14507, the tables
 * the authors published. Other step counts interpolate log σ, as the authors advise. `replace`: n + 1 levels, the last
 * set to 0, so 10 steps are the paper's own (ComfyUI). `append`: n levels down to the lowest, then 0, so 10 steps are
 * not (A1111).
 */
export const ays: Schedule<{ model: Model; end: 'replace' | 'append' }> = {
  id: 'ays',
  title: 'Align Your Steps',
  paper: {
    title: 'Align Your Steps: Optimizing Sampling Schedules in Diffusion Models',
    url: 'https://arxiv.org/abs/2404.14507',
  },
  summary: 'Noise levels found by optimisation for one model: strong at ten steps.',
  params: {
    model: choiceField({
      label: 'table',
      help: 'The model the levels were optimised for.',
      default: 'sd',
      options: [
        ['sd', 'Stable Diffusion 1.5'],
        ['sdxl', 'Stable Diffusion XL'],
        ['svd', 'Stable Video Diffusion'],
      ],
    }),
    end: choiceField({
      label: 'final zero',
      help: 'Replaces the lowest level, as in the paper, or comes after it.',
      default: 'replace',
      options: [
        ['replace', 'replaces the lowest level'],
        ['append', 'comes after it'],
      ],
    }),
  },
  sigmas: (steps, _range, { model, end }) => [
    ...(end === 'append' ? logLinear(tables[model], steps) : logLinear(tables[model], steps + 1).slice(0, steps)),
    0,
  ],
};
