// Grid lines of the σ axis. Pure.
import { LEAST_LEVEL, LEVELS_BELOW } from '../../../schedules/explicit.ts';

const DECADES = Array.from({ length: 13 }, (_, i) => Number(`1e${i - 6}`));

/** Grid lines for a list: powers of ten, every second or third where its range is wide. */
export function decadesOf(sigmas: readonly number[]): readonly number[] {
  const positive = sigmas.filter((s) => s > 0);
  const span = Math.log10(Math.max(...positive, LEAST_LEVEL) / Math.min(...positive, LEVELS_BELOW));
  const every = Math.max(1, Math.ceil(span / 6));
  return DECADES.filter((_, i) => i % every === 0);
}
