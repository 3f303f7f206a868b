// Schedules that tools know by name: training/golden/make_tool_schedules.py made the levels, with diffusers, SciPy and NumPy.
import { describe, expect, test } from 'vitest';
import { defaults } from '../core/field.ts';
import golden from './goldenTools.json' with { type: 'json' };
import { schedules, type ScheduleId } from './index.ts';
import type { SigmaRange, Schedule } from './types.ts';

const levels = (id: ScheduleId, steps: number, range: SigmaRange, params: object = {}) => {
  const schedule: Schedule = schedules[id];
  return schedule.sigmas(steps, range, { ...(defaults(schedule.params) as object), ...params });
};
const WIDE = { min: 0.02, max: 20 };
const times = (list: readonly number[]) => list.map((s) => s / (1 + s));

test.each(golden.rows)('$schedule $params, $steps steps', ({ schedule, params, steps, range, sigmas }) => {
  const list = levels(schedule as ScheduleId, steps, range, params);
  expect(list.length).toBe(sigmas.length);
  list.forEach((sigma, i) => expect(Math.abs(sigma - sigmas[i]!), `level ${i}`).toBeLessThanOrEqual(2e-11 * sigma));
});

describe('where what is published does not fit', () => {
  test('lcm beyond its original steps, smoothstep and turbo at a thousand: entries of the table, each once', () => {
    const all = Array.from({ length: 1000 }, (_, i) => levels('turbo', 1000, WIDE)[i]!);
    for (const id of ['lcm', 'smoothstep', 'turbo'] as const)
      for (const n of [51, 300, 1000]) {
        const list = levels(id, n, WIDE).slice(0, -1);
        expect(new Set(list).size).toBe(n);
        for (const sigma of list) expect(all).toContain(sigma);
      }
  });
  test('bong_tangent: one step starts at the top, and so does a pivot that leaves no upper part', () => {
    expect(levels('bong_tangent', 1, WIDE)).toEqual([20, 0]);
    expect(levels('bong_tangent', 3, WIDE, { pivot: 0.1 })[0]).toBe(20);
    expect(levels('bong_tangent', 3, WIDE, { pivot: 0.9 }).length).toBe(4);
  });
  test.each(['laplace', 'logit_normal'] as const)(
    '%s: levels outside the range are spread between its end and the rest',
    (id) => {
      const middle = id === 'laplace' ? { mu: 3 } : { m: 3 };
      const list = levels(id, 10, WIDE, middle).slice(0, -1); // log 20 is 2.996: half of the quantiles are above it
      const ratios = list.slice(1).map((s, i) => s / list[i]!);
      const even = ratios.filter((r) => Math.abs(r / ratios[0]! - 1) < 1e-12).length;
      expect([list[0], list[9]]).toEqual([20, 0.02]);
      expect(even).toBe(5); // 9 steps, of which those to the first level below the top are equal in log σ
      const none = levels(
        id,
        5,
        { min: 0.5, max: 1 },
        { ...(id === 'laplace' ? { mu: 4, beta: 0.1 } : { m: 4, s: 0.1 }) },
      );
      none.slice(0, 5).forEach((s, i) => expect(s).toBeCloseTo(0.5 ** (i / 4), 12));
    },
  );
  test('flow_shift with a last time: it is reached, unless the start lies below it', () => {
    // At a maximum of 2 the next published level, 5.25, lies above the start.
    for (const range of [WIDE, { min: 0.02, max: 2 }])
      expect(times(levels('flow_shift', 6, range, { terminal: 0.2 }))[5]).toBeCloseTo(0.2, 12);
    const low = { min: 0.01, max: 0.3 };
    const asIs = levels('flow_shift', 6, low);
    levels('flow_shift', 6, low, { terminal: 0.4 }).forEach((s, i) => expect(s).toBeCloseTo(asIs[i]!, 14));
  });
  test('optimal_steps: times above the start are spread evenly below it', () => {
    const t = times(levels('optimal_steps', 20, WIDE, { model: 'wan' }));
    const top = 20 / 21; // between .96 and .946
    expect(t[0]).toBeCloseTo(top, 12);
    expect(t[13]).toBeCloseTo(0.946, 12);
    t.slice(0, 13).forEach((v, i) => expect(v).toBeCloseTo(top + (i / 13) * (0.946 - top), 12));
    expect(levels('optimal_steps', 3, { min: 0.0001, max: 0.001 }).every(Number.isFinite)).toBe(true);
  });
});

test('kl_optimal is what makes Euler end nearest to the truth on N(0, c²)', () => {
  const c = 0.6;
  const end = (list: readonly number[]) =>
    list.slice(1).reduce((x, t, i) => {
      const s = list[i]!;
      const d = (x * c * c) / (c * c + s * s);
      return d + (t / s) * (x - d);
    }, 1);
  const exact = (list: readonly number[]) => Math.hypot(c, list.at(-1)!) / Math.hypot(c, list[0]!);
  const share = (list: readonly number[]) => end(list) / exact(list);
  const list = levels('kl_optimal', 11, WIDE, { c }).slice(0, -1);
  const whole = Math.atan(20 / c) - Math.atan(0.02 / c);
  expect(share(list)).toBeCloseTo(Math.cos(whole / 10) ** 10, 12);
  for (let i = 1; i < 10; i++) {
    for (const factor of [0.99, 1.01]) expect(share(list.with(i, list[i]! * factor))).toBeLessThan(share(list));
  }
});
