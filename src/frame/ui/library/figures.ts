// Figures of saved experiments in words. Pure.
import type { Figure } from '../../config/library/types.ts';
import type { Outcome } from '../../config/library/outcome.ts';
import { compact } from '../format.ts';

export const figureText = ({ value, half }: Pick<Figure, 'value' | 'half'>, unit: string): string =>
  `${compact(value)}${half === null ? '' : ` ± ${compact(half, 2)}`}${unit === '' ? '' : ` ${unit}`}`;

/** “−0.012 ± 0.003”, “× 1.8 (1.5 … 2.1)”; empty where there is none. */
export function differenceText({ metric, difference, low, high }: Outcome): string {
  if (difference === null) return '';
  if (metric.spread === 'logRepeats' && low !== null && high !== null)
    return `× ${compact(difference)} (${compact(low, 2)} … ${compact(high, 2)})`;
  const sign = difference > 0 ? '+' : '';
  const half = low === null || high === null ? '' : ` ± ${compact((high - low) / 2, 2)}`;
  return `${sign}${compact(difference)}${half}`;
}

export function judgementText({ judgement, why }: Outcome): string {
  switch (judgement) {
    case 'a':
      return 'A is better';
    case 'b':
      return 'B is better';
    case 'tied':
      return 'not distinguishable';
    case 'unknown':
      return why;
    default:
      return judgement satisfies never;
  }
}
