import { distinctTimes } from './distinct.ts';
import { numberField } from '../core/field.ts';
import { tableField, tableSigma, TABLE_LENGTH, type TableId } from './vpTable.ts';
import type { Schedule } from './types.ts';

/**
 * Training times that a latent consistency model was distilled on: k·⌊1000/o⌋ − 1 for k = o, …, of o = 50 original steps,
 * every o/n-th of them, then 0. Luo et al. 2023, https://arxiv.org/abs/2310.04378, section 4.3 (skipping-step), as in
 * diffusers' LCMScheduler, which refuses more than o steps; beyond them entries of the table in between are taken.
 */
export const lcmTimes: Schedule<{ original: number; table: TableId }> = {
  id: 'lcm',
  title: 'LCM times',
  paper: {
    title: 'Latent Consistency Models: Synthesizing High-Resolution Images with Few-Step Inference',
    url: 'https://arxiv.org/abs/2310.04378',
  },
  summary: 'The few training times that a consistency-distilled model knows.',
  params: {
    original: numberField({
      label: 'original steps',
      help: 'Steps of the teacher that the model was distilled with; 50 is published.',
      default: 50,
      min: 10,
      max: 200,
      integer: true,
    }),
    table: tableField,
  },
  sigmas(steps, _range, { original, table }) {
    const stride = Math.floor(TABLE_LENGTH / original);
    const times = Array.from({ length: steps }, (_, i) => (original - Math.floor((i * original) / steps)) * stride - 1);
    return [...distinctTimes(times).map((t) => tableSigma(table, t)), 0];
  },
};
