import { tableField, tableSigma, TABLE_LENGTH, type TableId } from './vpTable.ts';
import type { Schedule } from './types.ts';

/** Steps that SD-Turbo's times were made for. */
const TAUGHT = 10;

/**
 * The first n of ten training times 999, 899, …, 99, then 0. Sauer et al. 2023, https://arxiv.org/abs/2311.17042, as in
 * ComfyUI's SDTurboScheduler and A1111's "Turbo"; those know at most ten steps, more divide the table evenly here.
 */
export const turbo: Schedule<{ table: TableId }> = {
  id: 'turbo',
  title: 'Turbo times',
  paper: { title: 'Adversarial Diffusion Distillation', url: 'https://arxiv.org/abs/2311.17042' },
  summary: 'Stays at high noise and jumps from there to the picture: for models distilled to do so.',
  params: { table: tableField },
  sigmas(steps, _range, { table }) {
    const stride = Math.floor(TABLE_LENGTH / Math.max(TAUGHT, steps));
    return [...Array.from({ length: steps }, (_, i) => tableSigma(table, TABLE_LENGTH - 1 - i * stride)), 0];
  },
};
