import { describe, expect, test } from 'vitest';
import { defaults, type AnyField } from '../core/field.ts';
import { extremes } from '../core/fieldTesting.ts';
import golden from './golden.json' with { type: 'json' };
import { schedules, type ScheduleId } from './index.ts';
import { checkSigmas } from './explicit.ts';
import { tableSigma } from './vpTable.ts';
import type { Schedule } from './types.ts';

const sd = { min: tableSigma('sd', 0), max: tableSigma('sd', 999) };
const ids = Object.keys(schedules) as ScheduleId[];
const run = (id: ScheduleId, n: number, params: object = {}, range = sd) => {
  const schedule: Schedule = schedules[id];
  return schedule.sigmas(n, range, { ...defaults(schedule.params), ...params });
};
/** Every default, and every end and option of every parameter on its own. */
const corners = (id: ScheduleId): object[] => [
  {},
  ...Object.entries(schedules[id].params).flatMap(([key, f]) => extremes(f as AnyField).map((v) => ({ [key]: v }))),
];

describe.each(ids)('%s', (id) => {
  test('is registered under its own id, with parseable defaults', () => {
    const schedule: Schedule = schedules[id];
    expect(schedule.id).toBe(id);
    for (const f of Object.values(schedule.params) as AnyField[])
      expect(f.parse(f.format(f.default as never))).toBe(f.default);
  });
  test.each([1, 2, 3, 7, 10, 61, 999, 1000])(
    '%i steps: finite, strictly falling, n + 1 levels, final 0, at every corner of the parameters',
    (n) => {
      for (const range of [sd, { min: 0.002, max: 80 }, { min: 0.02, max: 20 }, { min: 1e-3, max: 1000 }]) {
        for (const params of corners(id)) {
          const list = run(id, n, params, range);
          expect([list.length, list.at(-1), checkSigmas(list)], JSON.stringify({ params, range })).toEqual([
            n + 1,
            0,
            undefined,
          ]);
        }
      }
    },
  );
});

test.each(['karras', 'exponential', 'cosine', 'vp', 'kl_optimal', 'beta_sigma'] as const)(
  '%s covers exactly the range it is given',
  (id) => {
    const list = run(id, 9, {}, { min: 0.02, max: 20 });
    expect([list[0], list[8]]).toEqual([20, 0.02]);
  },
);

describe('published levels for the SD 1.5 range, ten steps', () => {
  // Computed from k-diffusion, ComfyUI, A1111 and diffusers; four decimals.
  test.each<[string, ScheduleId, object, number[]]>([
    ['karras', 'karras', {}, [14.6146, 9.1029, 5.4784, 3.1686, 1.7494, 0.9141, 0.4469, 0.2014, 0.0819, 0.0292, 0]],
    [
      'exponential',
      'exponential',
      {},
      [14.6146, 7.3249, 3.6712, 1.84, 0.9222, 0.4622, 0.2317, 0.1161, 0.0582, 0.0292, 0],
    ],
    [
      'simple',
      'uniform',
      { spacing: 'simple' },
      [14.6146, 8.3028, 5.0878, 3.3211, 2.2765, 1.6129, 1.1606, 0.8299, 0.5693, 0.3417, 0],
    ],
    [
      'normal',
      'uniform',
      { spacing: 'normal' },
      [14.6146, 7.8399, 4.6092, 2.9183, 1.9502, 1.3449, 0.9324, 0.625, 0.3687, 0.0292, 0],
    ],
    [
      'sgm_uniform',
      'uniform',
      { spacing: 'sgm_uniform' },
      [14.6146, 8.3072, 5.0924, 3.3251, 2.2797, 1.6156, 1.1629, 0.8319, 0.5712, 0.3437, 0],
    ],
    [
      'ddim_uniform = leading',
      'uniform',
      { spacing: 'leading' },
      [8.3907, 5.1344, 3.3478, 2.2929, 1.6237, 1.1682, 0.8357, 0.5741, 0.3462, 0.0413, 0],
    ],
    [
      'beta of ComfyUI',
      'beta_time',
      {},
      [14.6146, 11.5428, 7.3718, 4.3728, 2.6152, 1.6183, 1.0273, 0.6549, 0.3955, 0.1991, 0],
    ],
    [
      'beta of A1111',
      'beta_sigma',
      {},
      [14.6146, 13.9278, 12.491, 10.5976, 8.4424, 6.2014, 4.0462, 2.1528, 0.716, 0.0292, 0],
    ],
    [
      'kl_optimal of ComfyUI',
      'kl_optimal',
      {},
      [14.6146, 4.2324, 2.3937, 1.5971, 1.133, 0.8152, 0.5729, 0.3725, 0.1953, 0.0292, 0],
    ],
    [
      'AYS, the paper and ComfyUI',
      'ays',
      {},
      [14.6146, 6.4746, 3.8637, 2.6946, 1.8842, 1.3944, 0.9643, 0.6524, 0.3977, 0.1515, 0],
    ],
    [
      'AYS of A1111',
      'ays',
      { end: 'append' },
      [14.6146, 6.1136, 3.5663, 2.3917, 1.6482, 1.136, 0.7431, 0.444, 0.1687, 0.0292, 0],
    ],
    [
      'linear_quadratic',
      'linear_quadratic',
      {},
      [14.6146, 14.5416, 14.4685, 14.3954, 14.3223, 14.2493, 13.6208, 11.8817, 9.0318, 5.0713, 0],
    ],
  ])('%s', (_, id, params, want) => {
    run(id, 10, params).forEach((sigma, i) => expect(Math.abs(sigma - want[i]!)).toBeLessThanOrEqual(0.5001e-4));
  });
  test('kl_optimal of A1111 is the eleven-point list without its zero', () => {
    const want = [14.6146, 4.565, 2.6329, 1.7864, 1.2948, 0.9616, 0.7116, 0.5094, 0.3356, 0.1783, 0.0292];
    want.forEach((w, i) => expect(Math.abs(run('kl_optimal', 11)[i]! - w)).toBeLessThanOrEqual(0.5001e-4));
  });
  test('times of diffusers: linspace 999 888 … 0, trailing 999 899 … 99, leading 901 801 … 1', () => {
    const at = (times: number[]) => [...times.map((t) => tableSigma('sd', t)), 0];
    const rule = (f: (i: number) => number) => Array.from({ length: 10 }, (_, i) => f(i));
    expect(run('uniform', 10, { spacing: 'linspace' })).toEqual(at(rule((i) => 999 - 111 * i)));
    expect(run('uniform', 10, { spacing: 'trailing' })).toEqual(at(rule((i) => 999 - 100 * i)));
    expect(run('uniform', 10, { spacing: 'leading' })).toEqual(at(rule((i) => 901 - 100 * i)));
  });
});

test('cosine: equal steps of t in ᾱ(t) = f(t)/f(0), f = cos²(½π(t + s)/(1 + s))', () => {
  const alphaBar = (t: number) =>
    (Math.cos(((t + 0.008) / 1.008) * (Math.PI / 2)) / Math.cos((0.008 / 1.008) * (Math.PI / 2))) ** 2;
  const sigma = (t: number) => Math.sqrt((1 - alphaBar(t)) / alphaBar(t));
  run('cosine', 9, {}, { min: sigma(0.1), max: sigma(0.9) })
    .slice(0, 9)
    .forEach((v, i) => expect(v / sigma(0.9 - 0.1 * i)).toBeCloseTo(1, 12));
});

test('beta_time: different entries of the table, all of them at 1000 steps', () => {
  const table = Array.from({ length: 1000 }, (_, i) => tableSigma('sd', 999 - i));
  expect(run('beta_time', 1000)).toEqual([...table, 0]);
  for (const n of [150, 300, 999]) for (const sigma of run('beta_time', n).slice(0, -1)) expect(table).toContain(sigma); // published code drops duplicates here
});

test('flow_shift: σ̂ = s·t/(1 − t) of uniform t, the start clipped', () => {
  expect(run('flow_shift', 4, { shift: 3 }, { min: 0.01, max: 1000 })).toEqual([1000, 9, 3, 1, 0]);
  const list = run('flow_shift', 100, { shift: 3 }, { min: 0.01, max: 20 }); // its second published level would be 297
  expect(list[0]).toBe(20);
  expect(list[1]).toBeLessThan(20);
});

test('explicit lists: what is wrong is said', () => {
  expect(checkSigmas([10, 3, 1, 0])).toBeUndefined();
  expect(checkSigmas([1, 0.5])).toBeUndefined();
  for (const [list, word] of [
    [[1], 'two'],
    [[3, 3, 0], 'Level 2'],
    [[3, NaN], 'not a number'],
    [[3, -1], 'negative'],
    [[1e6, 1], '1e6'],
    [Array.from({ length: 1002 }, (_, i) => 2000 - i), '1001'],
    [[0, 1], 'Level 2'],
  ] as const)
    expect(checkSigmas(list)).toContain(word);
});

test.each(golden.rows)(
  '$schedule $params, $steps steps: float64 golden values',
  ({ schedule, params, steps, range, sigmas }) => {
    // Everything agrees to 6e-14 or better.
    const list = run(schedule as ScheduleId, steps, params, range);
    expect(list.length).toBe(sigmas.length);
    list.forEach((sigma, i) => expect(Math.abs(sigma - sigmas[i]!)).toBeLessThanOrEqual(1e-12 * sigma));
  },
);
