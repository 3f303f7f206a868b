import { distinctTimes } from './distinct.ts';
import { tableField, tableSigma, TABLE_LENGTH, type TableId } from './vpTable.ts';
import type { Schedule } from './types.ts';

/**
 * Training times along 3u² − 2u³, u from 1 down by 1/n, rounded to the noise table, then 0. From stable-diffusion.cpp,
 * https://github.com/leejet/stable-diffusion.cpp, as a plain stand-in for `beta_time`. Where two steps round to one entry,
 * one moves to the nearest free entry.
 */
export const smoothstep: Schedule<{ table: TableId }> = {
  id: 'smoothstep',
  title: 'Smoothstep of time',
  paper: { title: 'stable-diffusion.cpp', url: 'https://github.com/leejet/stable-diffusion.cpp' },
  summary: 'Steps gathered softly at both ends of the training time, by one cubic.',
  params: { table: tableField },
  sigmas(steps, _range, { table }) {
    const times = Array.from({ length: steps }, (_, i) => {
      const u = 1 - i / steps;
      return Math.round(u * u * (3 - 2 * u) * (TABLE_LENGTH - 1));
    });
    return [...distinctTimes(times).map((t) => tableSigma(table, t)), 0];
  },
};
