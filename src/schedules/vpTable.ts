import { choiceField } from '../core/field.ts';
import { betasOf, sigmaAt, tableOf, timeAt, type NoiseTable } from './noiseTable.ts';

/**
 * The two noise tables that schedules and bundled models know by name. `sd`: √β linear from .00085 to .012 (Rombach et
 * al. 2022, https://arxiv.org/abs/2112.10752, as published with Stable Diffusion 1.5); `ddpm`: β linear from 1e-4 to .02
 * (Ho et al. 2020, https://arxiv.org/abs/2006.11239, section 4). A loaded model brings a table of its own.
 */
export type TableId = 'sd' | 'ddpm';
/** Entries of these tables: training times 0 … 999, σ̂ rising. */
export const TABLE_LENGTH = 1000;

const tables: Record<TableId, NoiseTable> = {
  sd: tableOf(betasOf({ kind: 'scaled_linear', start: 0.00085, end: 0.012 }, TABLE_LENGTH)),
  ddpm: tableOf(betasOf({ kind: 'linear', start: 1e-4, end: 0.02 }, TABLE_LENGTH)),
};
const resolve = (table: TableId | NoiseTable): NoiseTable => (typeof table === 'string' ? tables[table] : table);

/** `sigmaAt` of a table that may be given by its name. */
export const tableSigma = (table: TableId | NoiseTable, time: number, between: 'linear' | 'log' = 'log'): number =>
  sigmaAt(resolve(table), time, between);

/** `timeAt` of a table that may be given by its name. */
export const tableTime = (table: TableId | NoiseTable, sigma: number): number => timeAt(resolve(table), sigma);

export const tableIds = Object.keys(tables) as readonly TableId[];

/** The choice of table, shared by the schedules that read one. */
export const tableField = choiceField<TableId>({
  label: 'table',
  help: 'The noise levels the model was trained on.',
  default: 'sd',
  options: [
    ['sd', 'Stable Diffusion 1.5 (scaled linear)'],
    ['ddpm', 'DDPM (linear β)'],
  ],
});
