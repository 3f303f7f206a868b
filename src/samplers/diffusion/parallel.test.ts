// Methods that work on several steps at once: what they cost, what travels, and how far they are off, on four Gaussians from 20
// to .02. Distances in brackets of the research note were measured with NumPy on other starts.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { normals } from '../../math/normal.ts';
import { schedules } from '../../schedules/index.ts';
import { depthOf, nfe, sentOf } from './counting.ts';
import { planOps, samplers } from './index.ts';
import { workersOf } from './parastep.ts';
import { evaluationsOf } from './registers.ts';
import { mixture, noNoise, runPlan, type Vector } from './testing.ts';

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
const starts = normals(1, 0, 200, 2).map((v) => v * 20);
const grid = (n: number) => schedules.karras.sigmas(n + 1, { min: 0.02, max: 20 }, { rho: 7 }).slice(0, -1);
const run = (ops: Parameters<typeof runPlan>[0]) => runPlan(ops, starts, toy4, noNoise);
const euler = (n: number) => run(planOps(samplers.euler, grid(n), {}));
const exact = run(planOps(samplers.rk4, grid(2000), {}));
function apart(a: Vector, b: Vector) {
  const d = Array.from({ length: 200 }, (_, i) => Math.hypot(a[2 * i]! - b[2 * i]!, a[2 * i + 1]! - b[2 * i + 1]!));
  d.sort((u, v) => u - v);
  return { median: (d[99]! + d[100]!) / 2, most: d[199]! };
}
/** Whether two numbers are the same within the factor that other starts make. */
const about = (got: number, want: number, factor = 1.6) =>
  expect(Math.abs(Math.log(got / want)), `${got} where the note has ${want}`).toBeLessThan(Math.log(factor));

describe('parastep', () => {
  const { parastep } = samplers;
  const usual = defaults(parastep.params);
  const planned = (n: number, workers: number, warmup: number, slope: 'own' | 'last' = 'own') =>
    planOps(parastep, grid(n), { workers, warmup, slope });

  test('a worker alone is Euler, and so are steps that are too few for two', () => {
    for (const slope of ['own', 'last'] as const) {
      expect(planned(20, 1, 4, slope)).toEqual(planOps(samplers.euler, grid(20), {}));
      expect(planned(5, 4, 2, slope)).toEqual(planOps(samplers.euler, grid(5), {}));
    }
  });

  test.each([
    // N, p, median distance to Euler of N steps, the largest
    [50, 2, 1.4e-3, 0.031],
    [50, 4, 9.6e-3, 0.1],
    [50, 8, 0.05, null],
    [100, 2, 3.5e-4, null],
    [100, 4, 2.4e-3, null],
    [100, 8, 0.012, null],
  ])('%i steps, %i workers: as far from Euler as the note measured', (n, p, median, most) => {
    const off = apart(run(planned(n, p, 4)), euler(n));
    about(off.median, median);
    if (most !== null) about(off.most, most, 2);
  });

  test('what is asked a round too late leads on: nearer to the exact flow than Euler of as many steps', () => {
    about(apart(euler(100), exact).median, 0.0094);
    about(apart(run(planned(100, 4, 4)), exact).median, 0.0073);
    about(apart(run(planned(100, 8, 4)), exact).median, 0.0038);
    // At the same depth Euler takes 16 steps.
    const short = planned(50, 4, 4);
    expect(depthOf(short)).toBe(16);
    about(apart(run(short), exact).median, 0.0095);
    about(apart(euler(16), exact).median, 0.062);
  });

  test.each([
    [50, 2],
    [50, 4],
    [50, 8],
    [47, 3],
    [31, 8],
  ])(
    '%i steps and %i workers: depth w + ⌈(N − w)/p⌉, as many evaluations as steps, 2(p − 1) states a round',
    (n, p) => {
      for (const w of [1, 2, 4, 8])
        for (const slope of ['own', 'last'] as const) {
          const ops = planned(n, p, w, slope);
          expect(nfe(ops)).toBe(n);
          expect(depthOf(ops)).toBe(w + Math.ceil((n - w) / p));
          const rounds = Array.from({ length: Math.ceil((n - w) / p) }, (_, k) => Math.min(p, n - w - k * p));
          // Of each round a state to every other worker and a slope back; before the first the slope to begin with.
          const sent = rounds.reduce((sum, size) => sum + 2 * (size - 1), 0) + (rounds[0]! - 1);
          expect(sentOf(ops)).toBe(slope === 'own' ? sent : 0);
          const asked = ops.flatMap((op) => (op.op === 'evalBatch' ? op.of.map(({ worker }) => worker) : []));
          const wanted = rounds.flatMap((size) => Array.from({ length: size }, (_, r) => r));
          expect(asked).toEqual(slope === 'own' ? wanted : wanted.map(() => undefined));
        }
    },
  );

  test('no worker knows what was not sent to it', () => {
    const ops = planned(50, 4, 3);
    /** Registers as each worker has them: what it was sent, and what it made of that. */
    const knows = [new Set(['x']), new Set<string>(), new Set<string>(), new Set<string>()];
    const maker = (reg: string) => Number(/^[de](\d)$/.exec(reg)?.[1] ?? 0);
    for (const op of ops) {
      if (op.op === 'send') {
        expect(knows[op.from]).toContain(op.x);
        knows[op.to]!.add(op.x);
      }
      for (const e of evaluationsOf(op)) {
        expect(knows[e.worker ?? 0]).toContain(e.x);
        knows[e.worker ?? 0]!.add(e.out);
      }
      if (op.op !== 'lincomb') continue;
      const by = maker(op.out);
      for (const [, reg] of op.terms) expect(knows[by], `worker ${by} reads ${reg}`).toContain(reg);
      // Others hold what this was before.
      for (const k of knows) k.delete(op.out);
      knows[by]!.add(op.out);
    }
  });

  test('steps that are too few are said, and what runs instead', () => {
    expect(parastep.remark!(20, usual)).toBeNull();
    expect([workersOf(11, 4), workersOf(12, 4), workersOf(2, 4)]).toEqual([3, 4, 1]);
    expect(parastep.remark!(11, usual)).toBe('4 workers need 12 steps: with 11 it runs with 3.');
    expect(parastep.remark!(5, usual)).toMatch(/^5 steps are too few for two workers/);
    expect(parastep.remark!(12, { ...usual, warmup: 12 })).toMatch(/warm-up of 12 steps is the whole run/);
    expect(depthOf(planned(11, 4, 2))).toBe(depthOf(planned(11, 3, 2)));
  });
});
