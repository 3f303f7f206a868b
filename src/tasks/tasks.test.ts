// Every method at the knob where it is something known, and the oracles of the four Gaussians (±1, ±1), sd 0.2, levels
// from 20 to 0.02. Numbers of another implementation (NumPy, other starts); a factor 1.6 is what starts are worth.
import { describe, expect, test } from 'vitest';
import { defaults } from '../core/field.ts';
import { ddpm } from '../samplers/diffusion/ddpm.ts';
import { dpmpp2m } from '../samplers/diffusion/dpmpp2m.ts';
import { euler } from '../samplers/diffusion/euler.ts';
import { gaussian, runPlan, type Denoiser } from '../samplers/diffusion/testing.ts';
import { karras } from '../schedules/karras.ts';
import { taskMethodIds, taskMethods, type TaskMethodId } from './index.ts';
import { toZero } from './parts/levels.ts';
import { keyed, medianDistance, most, NOBODY, range, runTask, samplesOf, toy4 } from './testing.ts';

const four = samplesOf();
const left = samplesOf(true);
const leftToRight = { source: 0, target: 1, guidance: 1 };
const onTarget = (x: Float64Array) => x.filter((v, i) => i % 2 === 0 && v > 0).length / (x.length / 2);
const rowKept = (x: Float64Array, of: Float64Array) =>
  x.filter((v, i) => i % 2 === 1 && v * of[i]! > 0).length / (x.length / 2);
const within = (got: number, want: number, factor = 1.6) => {
  expect(got).toBeGreaterThan(want / factor);
  expect(got).toBeLessThan(want * factor);
};

/** D(x) = x: the ODE stands still, so every way up and down is the identity. */
const still: Denoiser = (x) => x.slice();

/** What it was given, where the ODE stands still. */
const roundTrip = (id: TaskMethodId): Known => [
  runTask(id, { steps: 9 }, { given: four }, { model: still, params: { sweeps: 3 } }).end,
  four,
];
type Known = readonly [got: Float64Array, want: Float64Array];
/** Where each method that inverts or edits is something known; those that restore have theirs in restore.test.ts. */
const reductions: Readonly<Record<(typeof reduced)[number], () => Known>> = {
  inversion_euler: () => roundTrip('inversion_euler'),
  inversion_heun: () => roundTrip('inversion_heun'),
  inversion_exact: () => roundTrip('inversion_exact'),
  /** From a class to itself. */
  infedit: () => [runTask('infedit', { steps: 6 }, { given: left }, { told: { ...leftToRight, target: 0 } }).end, left],
  /** Into the class that was given: the round trip and one step to 0. */
  inversion_edit() {
    const told = { source: 0, target: 0, guidance: 1 };
    const { end } = runTask('inversion_edit', { steps: 50 }, { given: left }, { told, params: { inverse: 'exact' } });
    const { end: round } = runTask('inversion_exact', { steps: 50 }, { given: left }, { told });
    return [end, runPlan(euler.plan([range.min, 0], {}), round, (x, s) => toy4(x, s, { label: 0 }), keyed(1))];
  },
  /** At the top: DDPM begun at the picture and its noise. */
  sdedit() {
    const params = { sigma: range.max, solver: 'ddpm' };
    const plan = ddpm.plan(toZero({ steps: 12, range }), { variance: 'fixed_small' });
    return [
      runTask('sdedit', { steps: 12 }, { given: left }, { params }).end,
      runPlan(plan, atTheTop(), toy4, keyed(1)),
    ];
  },
  /** At strength 1: the whole run. */
  img2img: () => [
    runTask('img2img', { steps: 12 }, { given: left }, { params: { strength: 1 } }).end,
    runPlan(dpmpp2m.plan(toZero({ steps: 12, range }), {}), atTheTop(), toy4, keyed(1)),
  ],
};
const atTheTop = () => keyed(1)([[1, 0]], left.length).map((z, i) => left[i]! + range.max * z);
const reduced = [
  'inversion_euler',
  'inversion_heun',
  'inversion_exact',
  'infedit',
  'inversion_edit',
  'sdedit',
  'img2img',
] as const;

describe('the knob at which a method is something known', () => {
  test('every method has one', () =>
    expect(Object.keys(reductions)).toEqual(taskMethodIds.filter((id) => taskMethods[id].task !== 'restore')));
  test.each(reduced)('%s', (id) => {
    const [got, want] = reductions[id]();
    expect(most(got, want)).toBeLessThan(1e-12);
  });
});

describe('inversion', () => {
  test.each([
    [10, 0.2],
    [50, 0.038],
    [100, 0.019],
  ])('Euler in %i steps closes to %f: first order', (steps, want) => {
    const { end, evaluations } = runTask('inversion_euler', { steps }, { given: four });
    within(medianDistance(end, four), want);
    expect(evaluations).toBe(2 * steps);
  });
  test.each([
    [10, 0.022],
    [50, 1.6e-4],
    [100, 2e-5],
  ])('Heun in %i steps closes to %f', (steps, want) => {
    const { end, evaluations } = runTask('inversion_heun', { steps }, { given: four });
    within(medianDistance(end, four), want);
    expect(evaluations).toBe(4 * steps);
  });
  test('the fixed point closes to rounding, and diverges where steps are too large', () => {
    const error = (steps: number) => medianDistance(runTask('inversion_exact', { steps }, { given: four }).end, four);
    expect(error(20)).toBeLessThan(2e-6);
    expect(error(50)).toBeLessThan(1e-14);
    expect(error(10)).toBeGreaterThan(1);
  });
  test('of a Gaussian, one step of each has its closed form', () => {
    const c = 0.7;
    const model = gaussian(c);
    const given = Float64Array.of(0.3, -1.2);
    const a = (s: number) => c ** 2 / (c ** 2 + s ** 2);
    const [s, t] = [range.max, range.min];
    const down = t / s + (1 - t / s) * a(s);
    const up = s / t + (1 - s / t) * a(t);
    const ends = (id: 'inversion_euler' | 'inversion_exact') =>
      runTask(id, { steps: 1 }, { given }, { model, params: { sweeps: 1 } }).end;
    expect(ends('inversion_euler')[0]).toBeCloseTo(up * down * 0.3, 12);
    // One sweep begins at the state itself.
    expect(ends('inversion_exact')[0]).toBeCloseTo((s / t + (1 - s / t) * a(s)) * down * 0.3, 10);
  });
});

describe('edits', () => {
  test('InfEdit asks twice a step', () =>
    expect(runTask('infedit', { steps: 6 }, { given: left }, { told: leftToRight }).evaluations).toBe(12));
  test.each([1, 4, 9])(
    'InfEdit between two Gaussians in %i steps: the shift is (1 − Πaᵢ)·(m_t − m_s) for every noise',
    (steps) => {
      const c = 0.3;
      const centres = [
        [-1, 0.5],
        [2, 1],
      ] as const;
      const model: Denoiser = (x, sigma, asked) => {
        const a = c ** 2 / (c ** 2 + sigma ** 2);
        return x.map((v, i) => {
          const m = centres[asked!.label!]![i % 2]!;
          return m + a * (v - m);
        });
      };
      const rest = toZero({ steps, range })
        .slice(0, -1)
        .reduce((p, s) => p * (c ** 2 / (c ** 2 + s ** 2)), 1);
      if (steps === 1) expect(1 - rest).toBeCloseTo(0.999775, 6);
      for (const seed of [1, 2]) {
        const { end } = runTask('infedit', { steps }, { given: left }, { told: leftToRight, model, seed });
        const want = left.map((v, i) => v + (1 - rest) * (centres[1][i % 2]! - centres[0][i % 2]!));
        expect(most(end, want)).toBeLessThan(1e-13);
      }
    },
  );
  test('InfEdit moves the left pair to the right one and keeps the row of every point', () => {
    const { end } = runTask('infedit', { steps: 12 }, { given: left }, { told: leftToRight });
    expect(onTarget(end)).toBe(1);
    expect(rowKept(end, left)).toBe(1);
    expect(medianDistance(end, left)).toBeCloseTo(2, 3);
  });
  test('SDEdit trades the row for the class as its noise rises', () => {
    const at = (sigma: number) => {
      const { end } = runTask(
        'sdedit',
        { steps: 40 },
        { given: left },
        { told: leftToRight, params: { sigma, solver: 'euler' } },
      );
      return [onTarget(end), rowKept(end, left)] as const;
    };
    for (const [sigma, target, row] of [
      [0.5, 0.935, 0.98],
      [1, 0.999, 0.84],
      [2, 1, 0.7],
      [5, 1, 0.6],
    ] as const) {
      const [gotTarget, gotRow] = at(sigma);
      // 200 samples: three standard errors are at most 0.1.
      expect(Math.abs(gotTarget - target)).toBeLessThan(0.06);
      expect(Math.abs(gotRow - row)).toBeLessThan(0.1);
    }
  });
  test('img2img: nothing at strength 0, half of its steps at a half', () => {
    const at = (strength: number) => runTask('img2img', { steps: 12 }, { given: left }, { params: { strength } });
    expect(at(0)).toEqual({ end: left, evaluations: 0 });
    expect(at(0.5).evaluations).toBe(6);
  });
  test('an edit by inversion reaches the class and keeps the row', () => {
    const { end } = runTask('inversion_edit', { steps: 50 }, { given: left }, { told: leftToRight });
    expect(onTarget(end)).toBe(1);
    expect(rowKept(end, left)).toBeGreaterThan(0.97);
  });
  test('guidance is D_null + w·(D_target − D_null), and costs an evaluation', () => {
    const told = { ...leftToRight, guidance: 3 };
    const params = { sigma: 2, solver: 'euler' };
    const got = runTask('sdedit', { steps: 5 }, { given: left }, { told, params });
    const guided: Denoiser = (x, s) => {
      const [own, free] = [toy4(x, s, { label: 1 }), toy4(x, s)];
      return own.map((v, i) => free[i]! + 3 * (v - free[i]!));
    };
    const want = runTask('sdedit', { steps: 5 }, { given: left }, { params, model: guided });
    expect(most(got.end, want.end)).toBeLessThan(1e-12);
    expect(got.evaluations).toBe(2 * want.evaluations);
  });
});

test.each(taskMethodIds)('%s: its id, marks that count on from 0, and no noise where it says so', (id) => {
  const method = taskMethods[id];
  expect(method.id).toBe(id);
  const params = defaults(method.params as never) as never;
  const ops = [...method.plan({ steps: 4, range }, params, NOBODY)];
  const marks = ops.flatMap((op) => (op.op === 'mark' ? [op.step] : []));
  expect(marks).toEqual(marks.map((_, i) => i));
  // The noise of the start is no draw on the way.
  const draws = ops.filter((op) => op.op === 'noise' && op.draws.some(([, draw]) => draw !== 0));
  if (!method.stochastic(params)) expect(draws).toHaveLength(0);
  const told = new Set(ops.flatMap((op) => (op.op === 'eval' ? [op.role ?? 'main'] : [])));
  expect([...told].filter((role) => !(method.roles as readonly string[]).includes(role))).toEqual([]);
  expect(karras.sigmas(4, range, { rho: 7 })[0]).toBe(range.max);
});
