// Figures of saved experiments in words. Pure.
import type { Figure } from '../../config/library/types.ts';
import type { Outcome } from '../../config/library/outcome.ts';
import { compact } from '../format.ts';

/** Whole numbers whole, and thousands without an exponent. */
export function numberText(v: number, digits = 3): string {
  const size = Math.abs(v);
  const whole = size < 1e6 && (Number.isInteger(v) || size >= 10 ** digits);
  return whole ? String(Math.round(v)).replace('-', '−') : compact(v, digits);
}

export const figureText = ({ value, half }: Pick<Figure, 'value' | 'half'>, unit: string): string =>
  `${numberText(value)}${half === null ? '' : ` ± ${numberText(half, 2)}`}${unit === '' ? '' : ` ${unit}`}`;

/** “−0.012 ± 0.003”, “× 1.8 (1.5 … 2.1)”; empty where there is none. */
export function differenceText({ metric, difference, low, high }: Outcome): string {
  if (difference === null) return '';
  if (metric.spread === 'logRepeats' && low !== null && high !== null)
    return `× ${numberText(difference)} (${numberText(low, 2)} … ${numberText(high, 2)})`;
  const sign = difference > 0 ? '+' : '';
  const half = low === null || high === null ? '' : ` ± ${numberText((high - low) / 2, 2)}`;
  return `${sign}${numberText(difference)}${half}`;
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
