import { numberField } from '../../core/field.ts';
import { tableField, tableSigma, tableTime, type TableId } from '../../schedules/vpTable.ts';
import { combine, denoise, mark, noise, plainDraw, start, steps } from './parts/ops.ts';
import type { Sampler } from './types.ts';

interface Params {
  gamma: number;
  table: TableId;
}

/** The level at the share 1 − γ of t's training time, and never above t. */
export function below(t: number, { gamma, table }: Params): number {
  if (gamma === 0) return t;
  return Math.min(t, tableSigma(table, (1 - gamma) * tableTime(table, t)));
}

/**
 * Strategic stochastic sampling of trajectory consistency models: Euler's step to a time below the next one, then noise up
 * to it. Zheng et al. 2024, https://arxiv.org/abs/2402.19159, algorithm 2. Times are those of a training table, read
 * between entries too, where diffusers rounds down; the lowest level is the table's first. Each step's noise is its own.
 */
export const tcd: Sampler<Params> = {
  id: 'tcd',
  title: 'TCD',
  paper: {
    title: 'Trajectory Consistency Distillation',
    url: 'https://arxiv.org/abs/2402.19159',
  },
  summary:
    'Goes to a time below the next one and adds noise up to it: for networks distilled to do so. Others lose contrast.',
  order: 0,
  stochastic: ({ gamma }) => gamma > 0,
  params: {
    gamma: numberField({
      label: 'γ',
      help: 'How far below the next time each step goes: 0 is Euler, 1 nearly LCM.',
      default: 0.3,
      min: 0,
      max: 1,
    }),
    table: tableField,
  },
  *plan(sigmas, params) {
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      yield denoise(s);
      const to = t > 0 ? below(t, params) : 0;
      const fresh = Math.sqrt((t - to) * (t + to));
      if (fresh > 0) yield noise(plainDraw(i));
      yield combine('x', [[to / s, 'x'], [1 - to / s, 'd'], ...(fresh > 0 ? [[fresh, 'noise'] as const] : [])]);
      yield mark(i + 1, t);
    }
  },
};
