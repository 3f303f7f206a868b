import { karras } from '../../schedules/karras.ts';
import type { SigmaRange } from '../../schedules/types.ts';
import type { Levels } from '../types.ts';

const RHO = { rho: 7 };

/** steps + 1 levels from the top of the range to 0. */
export const toZero = ({ steps, range }: Levels): number[] => karras.sigmas(steps, range, RHO);

/** steps + 1 levels from the top of the range to its bottom, where given data is taken to stand. */
export const toBottom = ({ steps, range }: Levels): number[] => karras.sigmas(steps + 1, range, RHO).slice(0, -1);

/** The range up to a level; never less than twice the bottom, so that there is something to walk. */
export const upTo = ({ min, max }: SigmaRange, sigma: number): SigmaRange => ({
  min,
  max: Math.min(max, Math.max(2 * min, sigma)),
});
