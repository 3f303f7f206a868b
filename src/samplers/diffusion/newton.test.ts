// All steps at once by Newton's method, on Gaussians from 20 to .02: exact where D is linear, and how fast it closes in elsewhere.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { normals } from '../../math/normal.ts';
import { uniforms } from '../../math/uniform.ts';
import { schedules } from '../../schedules/index.ts';
import { compareAdaptive } from './adaptiveTesting.ts';
import { depthOf, nfe, readsBack } from './counting.ts';
import { planOps, samplers } from './index.ts';
import { evaluationsOf, registersOf } from './registers.ts';
import { gaussian, mixture, noNoise, opsOn, runPlan, type Denoiser, type Vector } from './testing.ts';
import type { Op } from './types.ts';

/** Four Gaussians whose axes are turned: with axes along the coordinates D falls into two functions of one number each. */
const turned = (angle: number) => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const corners = [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1],
  ] as const;
  return mixture(
    corners.map(([x, y]) => [c * x - s * y, s * x + c * y]),
    [1, 1, 1, 1],
    0.2,
  );
};
const SAMPLES = 200;
const starts = normals(1, 0, SAMPLES, 2).map((v) => v * 20);
const grid = (n: number) => schedules.karras.sigmas(n + 1, { min: 0.02, max: 20 }, { rho: 7 }).slice(0, -1);
const sampler = samplers.parallel_newton;
const usual = defaults(sampler.params);
const opsOf = (n: number, params: object, model: Denoiser) =>
  opsOn(sampler, grid(n), { ...usual, window: 128, ...params }, starts, model, noNoise, 2);
const end = (ops: Iterable<Op>, model: Denoiser) => runPlan(ops, starts, model, noNoise, 2);
function apart(a: Vector, b: Vector) {
  const d = Array.from({ length: SAMPLES }, (_, i) => Math.hypot(a[2 * i]! - b[2 * i]!, a[2 * i + 1]! - b[2 * i + 1]!));
  d.sort((u, v) => u - v);
  return { median: (d[99]! + d[100]!) / 2, most: d[199]! };
}
/** How far the end is from Euler's after each of the first rounds. */
function rounds(n: number, params: object, model: Denoiser, count: number) {
  const sequential = end(planOps(samplers.euler, grid(n), {}), model);
  const ops = opsOf(n, { tolerance: 0, ...params }, model);
  const at = ops.flatMap((op, k) => (op.op === 'measure' ? [k] : [])).slice(0, count);
  return at.map((k) => {
    const asked = ops[k] as Extract<Op, { op: 'measure' }>;
    const last = asked.of.at(-1)!.terms[0]![1];
    return apart(end([...ops.slice(0, k), { op: 'lincomb', out: 'x', terms: [[1, last]] }], model), sequential);
  });
}

describe('how fast it closes in', () => {
  test.each(['full', 'scalar'] as const)('on one Gaussian it is there after one round (%s)', (jacobian) => {
    const [first] = rounds(32, { jacobian, delta: 1e-2 }, gaussian(0.5), 1);
    expect(first!.most).toBeLessThan(1e-10);
    // Without J it is not.
    expect(rounds(32, { jacobian: 'linear' }, gaussian(0.5), 1)[0]!.median).toBeGreaterThan(0.01);
  });

  // The research note, from another start: medians after one to five rounds .14 .017 1.8e-4 5e-9 5e-16.
  test.each([
    [32, 0, [0.14, 0.017, 1.8e-4, 5e-9, 2e-15]],
    [128, 0, [0.14, 0.017, 1.8e-4, 5e-9, 4e-15]],
    [32, 0.5, [0.14, 0.017, 1.8e-4, 5e-9, 2e-15]],
  ])('%i steps, axes turned by %f: digits double a round, at least as soon as the note has it', (n, angle, medians) => {
    const got = rounds(n, { delta: 1e-5 }, turned(angle), 5);
    medians.forEach((most, k) => expect(got[k]!.median, `round ${k + 1}`).toBeLessThan(most));
    expect(got[1]!.median).toBeLessThan(got[0]!.median ** 1.7);
    expect(got[2]!.median).toBeLessThan(got[1]!.median ** 1.7);
    expect(got[4]!.most).toBeLessThan(1e-12);
  });

  test('with axes that are turned a number a sample is no longer the matrix: digits are added, not doubled', () => {
    const [full, scalar] = (['full', 'scalar'] as const).map((jacobian) =>
      rounds(32, { jacobian, delta: 0.01 }, turned(0.5), 6),
    );
    expect(full![3]!.most).toBeLessThan(1e-10);
    expect(scalar![5]!.most).toBeGreaterThan(1e-4);
    expect(scalar![5]!.median).toBeLessThan(1.4e-8);
  });

  test('without a Jacobian it is Picard’s iteration with the linear part solved', () => {
    const got = rounds(128, { jacobian: 'linear' }, turned(0), 12);
    // 1.7e-3 and 7.8e-7 in the note.
    expect(got[7]!.median).toBeLessThan(1.7e-3);
    expect(Math.abs(Math.log(got[11]!.median / 7.8e-7))).toBeLessThan(Math.log(1.6));
    for (let k = 1; k < 12; k++) expect(got[k]!.median).toBeLessThan(got[k - 1]!.median);
  });
});

test.each(Array.from({ length: 18 }, (_, round) => round))(
  'its recurrence as loops over vectors, settings %i',
  (round) => {
    const u = uniforms(72, round, 8);
    const n = [1, 2, 5, 9, 17][round % 5]!;
    const sigmas = schedules.karras.sigmas(n, { min: 0.05 + u[0]!, max: 5 + 20 * u[1]! }, { rho: 7 });
    compareAdaptive('parallel_newton', round % 2 === 0 && n > 1 ? sigmas.slice(0, -1) : sigmas, {
      jacobian: (['full', 'scalar', 'linear'] as const)[round % 3],
      window: [1, 2, 3, 4, 7, 16][Math.floor(u[2]! * 6)],
      tolerance: [0.3, 0.1, 0.02][Math.floor(u[3]! * 3)],
      delta: 0.003 * (1 + u[4]!),
      start: u[5]! < 0.5 ? 'constant' : 'line',
    });
  },
);

describe('what it costs', () => {
  test.each([
    ['full', 5],
    ['scalar', 3],
    ['linear', 1],
  ] as const)('%s: %i evaluations of a state that may move, all of a round side by side', (jacobian, each) => {
    const model = turned(0.5);
    const ops = opsOf(24, { jacobian, window: 8 }, model);
    for (const op of ops)
      if (op.op === 'evalBatch') {
        // The first state of a window does not move: nobody needs its derivative.
        expect(op.of.length).toBe(1 + each * (new Set(op.of.map(({ worker }) => worker)).size - 1));
      }
    expect(depthOf(ops)).toBe(readsBack(ops));
    const settings = { ...usual, jacobian, window: 8 };
    expect(nfe(ops)).toBe(ops.flatMap(evaluationsOf).length);
    expect(nfe(ops)).toBeLessThanOrEqual(sampler.atMost(24, settings));
    expect(registersOf(ops).size).toBeLessThanOrEqual(sampler.registers!(24, settings));
    expect(apart(end(ops, model), end(planOps(samplers.euler, grid(24), {}), model)).median).toBeLessThan(5e-3);
  });

  test('fewer rounds than Picard’s, more evaluations in each', () => {
    const model = turned(0);
    const newton = opsOf(64, { window: 64 }, model);
    const picard = opsOn(
      samplers.paradigms,
      grid(64),
      { ...defaults(samplers.paradigms.params), window: 64 },
      starts,
      model,
      noNoise,
      2,
    );
    expect(depthOf(newton)).toBeLessThan(depthOf(picard));
    expect(nfe(newton)).toBeGreaterThan(nfe(picard));
  });
});

test('its whole Jacobian is for points: of pictures a sentence', () => {
  expect(sampler.refuses!(2, usual)).toBeNull();
  expect(sampler.refuses!(784, usual)).toMatch(/along the two axes of a plane, and samples here are 784 numbers/);
  expect(sampler.refuses!(784, { ...usual, jacobian: 'scalar' })).toBeNull();
});
