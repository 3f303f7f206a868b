// Windows of steps that are corrected together, on four Gaussians from 20 to .02: where they end, how many sweeps and evaluations they
// take. Numbers of the research note were measured with NumPy on other starts.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { normals } from '../../math/normal.ts';
import { uniforms } from '../../math/uniform.ts';
import { schedules } from '../../schedules/index.ts';
import { compareAdaptive } from './adaptiveTesting.ts';
import { depthOf, nfe, readsBack, sentOf } from './counting.ts';
import { planOps, samplers } from './index.ts';
import { evaluationsOf, registersOf } from './registers.ts';
import { mixture, noNoise, opsOn, runPlan, type Draws, type Vector } from './testing.ts';
import type { Op } from './types.ts';

const toy4 = mixture(
  [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1],
  ],
  [1, 1, 1, 1],
  0.2,
);
const SAMPLES = 200;
const starts = normals(1, 0, SAMPLES, 2).map((v) => v * 20);
const grid = (n: number) => schedules.karras.sigmas(n + 1, { min: 0.02, max: 20 }, { rho: 7 }).slice(0, -1);
const keyed: Draws = (draws, dim) =>
  Float64Array.from({ length: dim }, (_, e) => draws.reduce((sum, [w, k]) => sum + w * Math.sin((k % 997) + e), 0));
const { paradigms } = samplers;
const usual = defaults(paradigms.params);
const opsOf = (n: number, params: object) => opsOn(paradigms, grid(n), { ...usual, ...params }, starts, toy4, keyed, 2);
const end = (ops: Iterable<Op>) => runPlan(ops, starts, toy4, keyed, 2);
const most = (a: Vector, b: Vector) =>
  Math.max(
    ...Array.from({ length: SAMPLES }, (_, i) => Math.hypot(a[2 * i]! - b[2 * i]!, a[2 * i + 1]! - b[2 * i + 1]!)),
  );
/** States at the frames, by step. */
const framesOf = (ops: readonly Op[]) => ops.flatMap((op, k) => (op.op === 'mark' ? [end(ops.slice(0, k))] : []));

describe('where it ends', () => {
  test.each([
    { coordinates: 'vp', start: 'constant' },
    { coordinates: 'vp', start: 'coarse' },
    { coordinates: 've', start: 'constant' },
    { coordinates: 've', start: 'line' },
  ])(
    '$coordinates, start $start: with a full window and τ = 0 every state is the base’s, to the last bit',
    (params) => {
      for (const base of ['euler', 'ddpm'] as const) {
        const sequential = planOps(samplers[base], [...grid(12), 0], defaults(samplers[base].params as object));
        const full = { ...usual, ...params, base, window: 128, tolerance: 0 };
        const ops = opsOn(paradigms, [...grid(12), 0], full, starts, toy4, keyed, 2);
        expect(framesOf(ops)).toEqual(framesOf(sequential));
        // A window that slides goes there too.
        const sliding = opsOn(paradigms, [...grid(12), 0], { ...full, window: 5 }, starts, toy4, keyed, 2);
        expect(framesOf(sliding)).toEqual(framesOf(sequential));
      }
    },
  );

  test('after k sweeps the first k states stand', () => {
    const n = 16;
    const sequential = framesOf(planOps(samplers.euler, grid(n), {}));
    // A tolerance that no state meets: the window goes on by one.
    const ops = opsOf(n, { window: n, tolerance: 0 });
    const sweeps = ops.flatMap((op, k) => (op.op === 'measure' ? [k] : []));
    sweeps.slice(0, 8).forEach((at, k) => {
      // Where the state of step k + 1 lies after this sweep: what the frame copies.
      const copy = ops.slice(at).find((op) => op.op === 'lincomb' && op.out === 'x')!;
      const stands = end([...ops.slice(0, at), copy]);
      expect(stands, `sweep ${k + 1}`).toEqual(sequential[k + 1]);
    });
    expect(sweeps.length).toBeLessThanOrEqual(n);
  });

  test('one step at a time is the base', () => {
    const one = opsOf(20, { window: 1 });
    expect(end(one)).toEqual(end(planOps(samplers.euler, grid(20), {})));
    expect([nfe(one), depthOf(one), sentOf(one)]).toEqual([20, 20, 0]);
  });

  test.each(Array.from({ length: 24 }, (_, round) => round))('its sums as loops over vectors, settings %i', (round) => {
    const u = uniforms(71, round, 8);
    const n = [1, 2, 5, 11, 23][round % 5]!;
    const sigmas = schedules.karras.sigmas(n, { min: 0.02 + u[0]!, max: 5 + 40 * u[1]! }, { rho: 7 });
    compareAdaptive('paradigms', round % 3 === 0 ? sigmas.slice(0, -1).concat(n === 1 ? 0 : []) : sigmas, {
      base: round % 4 === 1 ? 'ddpm' : 'euler',
      window: [1, 2, 3, 4, 7, 16, 64][round % 7]!,
      tolerance: [0.3, 0.1, 0.02][round % 3]!,
      coordinates: u[2]! < 0.5 ? 'vp' : 've',
      start: (['constant', 'line', 'coarse'] as const)[Math.floor(u[3]! * 3)],
      coarse: 2 + Math.floor(u[4]! * 6),
    });
  });
});

describe('what it takes, at τ = .1', () => {
  test.each([
    // coordinates, N, window, sweeps and evaluations of the note
    ['ve', 64, 8, 20, 149],
    ['ve', 64, 16, 16, 245],
    ['ve', 64, 64, 16, 612],
    ['ve', 128, 8, 32, 254],
    ['ve', 128, 16, 21, 322],
    ['vp', 64, 8, 15, 108],
    ['vp', 64, 16, 10, 136],
    ['vp', 64, 64, 7, 193],
    ['vp', 128, 8, 24, 190],
    ['vp', 128, 16, 15, 226],
    ['vp', 128, 128, 8, 429],
  ] as const)('%s, %i steps, window %i: %i sweeps, %i evaluations', (coordinates, n, window, sweeps, evaluations) => {
    const ops = opsOf(n, { coordinates, window });
    // The sweeps are what waits; the constant start asks nothing.
    expect(depthOf(ops)).toBe(readsBack(ops));
    expect(Math.abs(Math.log(readsBack(ops) / sweeps))).toBeLessThan(Math.log(1.35));
    expect(Math.abs(Math.log(nfe(ops) / evaluations))).toBeLessThan(Math.log(1.35));
    expect(most(end(ops), end(planOps(samplers.euler, grid(n), {})))).toBeLessThan(0.1);
    expect(nfe(ops)).toBeLessThanOrEqual(paradigms.atMost(n, { ...usual, window }));
    expect(registersOf(ops).size).toBeLessThanOrEqual(paradigms.registers!(n, { ...usual, window }));
  });

  test('a start on a line helps in x̂, and not in coordinates of constant variance', () => {
    const sweeps = (coordinates: 've' | 'vp', start: 'constant' | 'line') =>
      readsBack(opsOf(64, { coordinates, start, window: 64 }));
    expect(sweeps('ve', 'line') / sweeps('ve', 'constant')).toBeLessThan(0.8); // the note: 16 to 10
    expect(Math.abs(sweeps('vp', 'line') - sweeps('vp', 'constant'))).toBeLessThanOrEqual(1);
  });

  test('in x̂ first sweeps overshoot by many times the data', () => {
    const largest = (coordinates: 've' | 'vp') => {
      const ops = opsOf(32, { coordinates, window: 32 });
      const at = ops.findIndex((op) => op.op === 'measure');
      const of = ops.flatMap((op) => (op.op === 'measure' ? [op.of] : []))[0]!;
      return Math.max(
        ...of.map(({ terms }) => {
          const state = end([...ops.slice(0, at), { op: 'lincomb', out: 'x', terms: [[1, terms[0]![1]]] }]);
          return state.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
        }),
      );
    };
    expect(largest('ve')).toBeGreaterThan(60); // 110 in the note
    expect(largest('vp')).toBeLessThan(60); // the starts themselves reach 55
  });

  test('each place of the window has a worker; states go to it and answers come back', () => {
    const ops = opsOf(24, { window: 6 });
    for (const op of ops)
      if (op.op === 'evalBatch') expect(op.of.map(({ worker }) => worker)).toEqual(op.of.map((_, k) => k));
    const away = ops.flatMap(evaluationsOf).filter(({ worker }) => worker !== 0).length;
    expect(sentOf(ops)).toBe(2 * away);
  });

  test('one slow sample holds the window for all', () => {
    const alone = (i: number) =>
      readsBack(opsOn(paradigms, grid(64), { ...usual, window: 64 }, starts.slice(2 * i, 2 * i + 2), toy4, keyed, 2));
    const each = Array.from({ length: SAMPLES }, (_, i) => alone(i)).toSorted((a, b) => a - b);
    expect(each[99]!).toBeLessThan(each[199]!);
    expect(readsBack(opsOf(64, { window: 64 }))).toBeGreaterThanOrEqual(each[199]!);
  });
});

test('a window longer than the steps is said; a model that gives no number ends it', () => {
  expect(paradigms.remark!(20, { ...usual, window: 64 })).toMatch(/^A window of 64 is longer than 20 steps/);
  expect(paradigms.remark!(64, { ...usual, window: 64 })).toBeNull();
  expect(() => runPlan(paradigms.plan(grid(9), usual), starts, (x) => x.map(() => NaN), noNoise)).toThrow(
    /^what paradigms measures at σ 20 is no finite number/,
  );
});
