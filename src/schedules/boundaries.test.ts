// Tables in full, single values as they were printed, and every branch at its threshold, one below and one above.
import { describe, expect, test } from 'vitest';
import { betaQuantile } from '../math/beta.ts';
import { defaults } from '../core/field.ts';
import { checkSigmas } from './explicit.ts';
import { schedules, type ScheduleId } from './index.ts';
import { TABLE_LENGTH, tableSigma, type TableId } from './vpTable.ts';
import type { Schedule } from './types.ts';

const range = { min: 0.02, max: 20 };
const levels = (id: ScheduleId, steps: number, params: object = {}, within = range) => {
  const schedule: Schedule = schedules[id];
  return schedule.sigmas(steps, within, { ...(defaults(schedule.params) as object), ...params });
};
const at = (times: readonly number[], table: TableId = 'sd') => [...times.map((t) => tableSigma(table, t)), 0];
const count = (n: number, f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i));

describe('the noise tables, all 1000 entries', () => {
  test.each<[TableId, (i: number) => number]>([
    ['sd', (i) => (Math.sqrt(0.00085) * (1 - i / 999) + Math.sqrt(0.012) * (i / 999)) ** 2],
    ['ddpm', (i) => 1e-4 + ((0.02 - 1e-4) * i) / 999],
  ])('%s: ᾱ is the product of 1 − β', (table, beta) => {
    expect(TABLE_LENGTH).toBe(1000);
    let alphaBar = 1;
    for (let i = 0; i < 1000; i++) {
      alphaBar *= 1 - beta(i);
      expect(tableSigma(table, i) / Math.sqrt((1 - alphaBar) / alphaBar)).toBeCloseTo(1, 11);
    }
  });
  test('ends as published', () => {
    expect(tableSigma('sd', 0)).toBeCloseTo(0.0291671582, 10);
    expect(tableSigma('sd', 999)).toBeCloseTo(14.6146412293, 10);
    expect(tableSigma('ddpm', 0)).toBeCloseTo(Math.sqrt(1e-4 / (1 - 1e-4)), 14); // σ² = β/(1 − β)
    expect(tableSigma('ddpm', 999)).toBeCloseTo(157.407, 3);
  });
  test.each<TableId>(['sd', 'ddpm'])(
    '%s between two entries: linear in σ or, unless told otherwise, in log σ',
    (table) => {
      const [a, b] = [tableSigma(table, 417), tableSigma(table, 418)];
      for (const u of [0.25, 0.8]) {
        expect(tableSigma(table, 417 + u, 'linear')).toBeCloseTo(a * (1 - u) + b * u, 12);
        expect(tableSigma(table, 417 + u, 'log')).toBeCloseTo(a ** (1 - u) * b ** u, 12);
        expect(tableSigma(table, 417 + u)).toBe(tableSigma(table, 417 + u, 'log'));
      }
      for (const time of [999, 999.4, 1000, 1500]) expect(tableSigma(table, time)).toBe(tableSigma(table, 999));
    },
  );
});

describe('Align Your Steps: the tables as the authors and ComfyUI print them', () => {
  test.each<[string, readonly number[]]>([
    [
      'sd',
      [
        14.6146412293, 6.4745760956, 3.8636745985, 2.694615152, 1.8841921177, 1.3943805092, 0.9642583904, 0.6523686016,
        0.3977456272, 0.1515232662, 0.0291671582,
      ],
    ],
    [
      'sdxl',
      [
        14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945, 0.8620721141, 0.5550693289, 0.3798540708,
        0.2332364134, 0.1114188177, 0.0291671582,
      ],
    ],
    ['svd', [700, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002]],
  ])('%s', (model, table) => {
    // 11 levels and a zero are the whole table; 10 steps have the zero in place of its lowest level
    const whole = levels('ays', 11, { model, end: 'append' });
    expect(whole.length).toBe(12);
    table.forEach((sigma, i) => expect(Math.abs(whole[i]! - sigma)).toBeLessThan(1e-9));
    if (model === 'svd') expect(whole.slice(0, 11)).toEqual(table); // read at its own places, a table is read exactly
    expect(levels('ays', 10, { model, end: 'replace' })).toEqual([...whole.slice(0, 10), 0]);
    expect(levels('ays', 10, { model })).toEqual(levels('ays', 10, { model, end: 'replace' }));
    // one step starts at the top either way; two go through the middle, or down to the lowest
    expect(levels('ays', 1, { model, end: 'append' })).toEqual([whole[0], 0]);
    expect(levels('ays', 1, { model, end: 'replace' })).toEqual([whole[0], 0]);
    expect(levels('ays', 2, { model, end: 'replace' })).toEqual([whole[0], whole[5], 0]);
    expect(levels('ays', 2, { model, end: 'append' })).toEqual([whole[0], whole[10], 0]);
  });
});

describe('single levels to the digits given', () => {
  test.each<[ScheduleId, object, number, number, number, number]>([
    ['beta_time', { alpha: 0.6, beta: 2 }, 4, 1, 1.0205, 4],
    ['ays', { model: 'sdxl' }, 10, 3, 2.181148, 6],
    ['cosine', { s: 0.05 }, 3, 1, 1.02239, 6],
  ])('%s %j, %i steps, level %i is %f', (id, params, steps, index, want, digits) => {
    expect(Math.abs(levels(id, steps, params)[index]! - want)).toBeLessThanOrEqual(0.5001 * 10 ** -digits);
  });
});

describe('uniform: which times', () => {
  test('leading: one later than multiples of the stride, unless that leaves the table', () => {
    const leading = (n: number, table?: TableId) =>
      levels('uniform', n, { spacing: 'leading', ...(table && { table }) });
    expect(leading(1)).toEqual(at([1]));
    expect(leading(3, 'ddpm')).toEqual(at([667, 334, 1], 'ddpm'));
    expect(leading(334)).toEqual(at(count(334, (i) => 667 - 2 * i)));
    expect(leading(500)).toEqual(at(count(500, (i) => 999 - 2 * i)));
    expect(leading(501)).toEqual(at(count(501, (i) => 501 - i)));
    expect(leading(999)).toEqual(at(count(999, (i) => 999 - i)));
    expect(leading(1000)).toEqual(at(count(1000, (i) => 999 - i)));
  });
  test('trailing: ties go to the even neighbour', () => {
    // 1000, 937.5, 875, 812.5, … less one
    const times = [999, 937, 874, 811, 749, 687, 624, 561, 499, 437, 374, 311, 249, 187, 124, 61];
    expect(levels('uniform', 16, { spacing: 'trailing' })).toEqual(at(times));
    expect(levels('uniform', 3)).toEqual(at([999, 666, 332]));
  });
  test('one step: every spacing but `leading` starts at the noisiest time', () => {
    for (const spacing of ['linspace', 'normal', 'trailing', 'sgm_uniform', 'simple'])
      for (const table of ['sd', 'ddpm'] as const)
        expect(levels('uniform', 1, { spacing, table })).toEqual(at([999], table));
  });
  test('simple, normal, sgm_uniform and linspace at an odd number of steps', () => {
    const of = (spacing: string) => levels('uniform', 7, { spacing, table: 'ddpm' });
    expect(of('simple')).toEqual(at([999, 857, 714, 571, 428, 285, 142], 'ddpm'));
    expect(of('normal')).toEqual(at([999, 832.5, 666, 499.5, 333, 166.5, 0], 'ddpm'));
    expect(of('sgm_uniform')).toEqual(
      at(
        count(7, (i) => (999 * (7 - i)) / 7),
        'ddpm',
      ),
    );
    of('linspace')
      .slice(0, 7)
      .forEach((sigma, i) => expect(sigma).toBe(tableSigma('ddpm', 999 - 166.5 * i, 'linear')));
  });
});

describe('flow_shift: the start is the range’s maximum; levels that would lie above it are spread below', () => {
  const shifted = (shift: number, n: number, max: number) => levels('flow_shift', n, { shift }, { min: 0.01, max });
  test('as published while the second level lies below the start', () => {
    expect(shifted(3, 2, 3.0001)).toEqual([3.0001, 3, 0]);
    expect(shifted(3, 4, 9.5)).toEqual([9.5, 9, 3, 1, 0]);
    expect(shifted(2.5, 1, 0.5)).toEqual([0.5, 0]);
  });
  test.each([3, 2.9999, 0.7])('spread where it does not: start %f', (max) => {
    // s·t/(1 − t) = max at t = max/(s + max); from there evenly down in t
    for (const [shift, n] of [
      [3, 2],
      [2, 5],
    ] as const) {
      const list = shifted(shift, n, max);
      const times = count(n + 1, (i) => (max / (shift + max)) * (1 - i / n));
      expect([list.length, list[0], list[n]]).toEqual([n + 1, max, 0]);
      list.forEach((sigma, i) => expect(sigma).toBeCloseTo((shift * times[i]!) / (1 - times[i]!), 12));
    }
  });
});

describe('beta_time: where steps round to one entry, the nearest free one', () => {
  test.each([
    [40, 0.3, 0.3],
    [150, 0.6, 0.6],
    [150, 0.3, 5],
    [151, 5, 0.3],
    [300, 2, 0.6],
    [999, 0.6, 2],
    [1000, 1.5, 0.4],
  ])('%i steps, α %f, β %f', (n, alpha, beta) => {
    const wanted = count(n, (i) => Math.round(betaQuantile(1 - i / n, alpha, beta) * 999));
    // the lowest list that falls, is nowhere below what is wanted, and stays in the table
    const free = wanted.map((_, i) => Math.min(999 - i, Math.max(...wanted.slice(i).map((t, k) => t + k))));
    expect(levels('beta_time', n, { alpha, beta, table: 'ddpm' })).toEqual(at(free, 'ddpm'));
  });
});

test('the ends are the range’s exactly; one step starts at its maximum, two go to its minimum', () => {
  const awkward = { min: 0.0300001, max: 14.61464 };
  for (const id of ['karras', 'exponential', 'cosine', 'vp', 'kl_optimal', 'beta_sigma'] as const) {
    expect(levels(id, 1, {}, awkward)).toEqual([awkward.max, 0]);
    expect(levels(id, 2, {}, awkward)).toEqual([awkward.max, awkward.min, 0]);
    expect([levels(id, 9, {}, awkward)[0], levels(id, 9, {}, awkward)[8]]).toEqual([awkward.max, awkward.min]);
  }
});

test('linear_quadratic: one step, and odd numbers of steps, whose second part is the longer one', () => {
  expect(levels('linear_quadratic', 1, { threshold: 0.3 })).toEqual([20, 0]);
  // three steps: .3 removed by the first, then 1 − .3 along .3·i + b·(i − 1)², b from b·4 + .3·3 = 1
  const [first, second, third, last] = levels('linear_quadratic', 3, { threshold: 0.3 }) as [
    number,
    number,
    number,
    number,
  ];
  expect([first, last]).toEqual([20, 0]);
  expect(second).toBeCloseTo(20 * 0.7, 12);
  expect(third).toBeCloseTo(20 * (1 - 0.6 - 0.025), 12);
});

describe('explicit lists at the limits of what is allowed', () => {
  test.each<[string, number[]]>([
    ['two levels', [1, 0]],
    ['1001 levels', count(1001, (i) => 1000 - i)],
    ['the lowest level above 0', [1, 1e-6, 0]],
    ['just below a million', [999999.9, 1]],
    ['a level a hair lower', [2, 2 - 1e-15, 0]],
    ['an end above 0', [2, 1]],
  ])('%s is taken', (_, list) => {
    expect(checkSigmas(list)).toBeUndefined();
  });
  test.each<[number[], string]>([
    [[], 'At least two noise levels are needed.'],
    [[1], 'At least two noise levels are needed.'],
    [count(1002, (i) => 1001 - i), 'At most 1001 noise levels (1000 steps) are allowed; this list has 1002.'],
    [[2, Infinity, 0], 'Level 2 is not a number.'],
    [[NaN, 1], 'Level 1 is not a number.'],
    [[2, 1, -1e-9], 'Level 3 is -1e-9; noise levels cannot be negative.'],
    [[2, 9.99e-7, 0], 'Level 2 is 9.99e-7; a noise level above 0 must be at least 1e-6.'],
    [[1e6, 1], 'Level 1 is 1000000; noise levels must be below 1e6.'],
    [[3, 2, 2, 0], 'Level 3 is 2; every level must be lower than the one before (2).'],
    [[3, 2, 2.5, 0], 'Level 3 is 2.5; every level must be lower than the one before (2).'],
    [[3, 0, 0], 'Level 3 is 0; every level must be lower than the one before (0).'],
  ])('%j: %s', (list, sentence) => {
    expect(checkSigmas(list)).toBe(sentence);
  });
});
