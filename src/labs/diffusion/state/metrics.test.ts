import { describe, expect, test } from 'vitest';
import { drawsNoise, newContender } from '../config/contender.ts';
import { commonMetric, interval, presentMetrics, ratings, shownMetric, whyUndefined } from './metrics.ts';

const present = presentMetrics([{ paired_median: 1, energy: 2 }, { sw1: 3 }]);
const ids = (list: readonly { readonly id: string }[]) => list.map((m) => m.id);

describe('metrics that not every contender has', () => {
  test('present are those that anyone has, most telling first', () =>
    expect(ids(present)).toEqual(['paired_median', 'energy', 'sw1']));
  test('without a choice, one that is defined for all', () => {
    expect(shownMetric(null, present, [false, false])!.id).toBe('paired_median');
    expect(shownMetric(null, present, [false, true])!.id).toBe('energy');
    expect(commonMetric(present, [true])!.id).toBe('energy');
    expect(shownMetric(null, present.slice(0, 1), [true])!.id).toBe('paired_median');
  });
  test('the reader’s choice stands, also where it is not defined for all', () =>
    expect(shownMetric('paired_median', present, [true])!.id).toBe('paired_median'));
  test('why a paired error is missing, and only that', () => {
    expect(whyUndefined(present[0]!, true)).toMatch(/fresh noise/);
    expect(whyUndefined(present[0]!, false)).toBeNull();
    expect(whyUndefined(present[1]!, true)).toBeNull();
  });
});

describe('who draws noise', () => {
  // On grid4 (σ from 20 to 0.02) three steps of flow_shift have no level below t_max 0.3 but the last two.
  test('restart and churn without a level in their window are deterministic', () => {
    expect(drawsNoise(newContender('restart', 3, 'flow_shift'), 'grid4')).toBe(false);
    expect(drawsNoise(newContender('restart', 12), 'grid4')).toBe(true);
    expect(drawsNoise(newContender('edm_stochastic', 3, 'karras', { s_tmin: 5, s_tmax: 6 }), 'grid4')).toBe(false);
    expect(drawsNoise(newContender('edm_stochastic', 3), 'grid4')).toBe(true);
    expect(drawsNoise(newContender('heun', 3), 'grid4')).toBe(false);
  });
});

describe('ratings', () => {
  const noise = [0.3, -0.2, 0.1, 0.4, -0.5, 0.2, -0.1, -0.2];
  const result = (value: number, spread: readonly number[] | null) => ({
    quality: { energy: value },
    spread: spread && { energy: spread.map((v) => value + v) },
  });
  test('by the intervals of what is shared', () => {
    const list = [result(1, noise), result(1.05, noise), result(1.01, noise.toReversed()), undefined];
    expect(ratings(list, 'energy', 'lower')).toEqual(['best', 'worse', 'tied', 'unknown']);
    expect(ratings([result(1, null), result(2, null)], 'energy', 'lower')).toEqual(['unknown', 'unknown']);
  });
  test('an interval of 95 %, none before it is there', () => {
    // t(0.975; 7) · √(7/8 · Σ wobble²), the wobble of mean 0.
    expect(interval(result(1, noise), 'energy')).toBeCloseTo(2.3646242515927844 * Math.sqrt((7 / 8) * 0.64), 10);
    expect(interval(result(1, null), 'energy')).toBeNull();
    expect(interval(result(1, [NaN, ...noise.slice(1)]), 'energy')).toBeNull();
  });
});
