// A run's figures in words. Pure.
import { meanHalfWidth, verdicts, type Verdict } from '../../../metrics/intervals.ts';
import { compact } from '../../../frame/ui/format.ts';
import type { PictureResult } from '../state/runStore.ts';

export interface Summary {
  readonly mean: number;
  /** Half the width of its 95 % interval over pictures; null for one picture. */
  readonly half: number | null;
}
export function summaryOf(errors: readonly number[]): Summary {
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
  return { mean, half: errors.length > 1 ? meanHalfWidth(errors) : null };
}

/** “error 0.021 ± 0.004”, or why there is none. */
export function errorText({
  errors,
  stochastic,
  unmeasured,
}: Pick<PictureResult, 'errors' | 'stochastic' | 'unmeasured'>): string {
  if (stochastic) return 'draws noise: no paired error';
  if (unmeasured !== null) return 'no solution: no paired error';
  if (!errors) return '';
  const { mean, half } = summaryOf(errors);
  return `error ${compact(mean, 3)}${half === null ? '' : ` ± ${compact(half, 2)}`}`;
}

/**
 * Who is best, and who cannot be told from the best, of contenders on the same noise; among those that are guided alike,
 * because others have another solution. Errors are compared by their logarithms: they span decades, and a factor between
 * two samplers is much the same on every picture. Needs two pictures or more.
 */
export function verdictsOf(
  results: readonly (PictureResult | undefined)[],
  guidance: readonly string[],
): readonly Verdict[] {
  const out: Verdict[] = results.map(() => 'unknown');
  for (const key of new Set(guidance)) {
    const group = results.flatMap((_, i) => (guidance[i] === key ? [i] : []));
    const found = verdicts(
      group.map((i) => {
        const errors = results[i]?.errors?.map(Math.log) ?? null;
        return {
          value: errors && summaryOf(errors).mean,
          spread: errors && errors.length > 1 ? errors : null,
        };
      }),
      'lower',
      meanHalfWidth,
    );
    group.forEach((i, k) => {
      out[i] = found[k]!;
    });
  }
  return out;
}
