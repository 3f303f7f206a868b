// Two methods that forget: Restart, whose noise contracts what went wrong before, and consistency stepping, which keeps the
// law with a map to the end of the flow and loses contrast with a mean.
import { expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { normals } from '../../math/normal.ts';
import { slicedWasserstein } from '../../metrics/samples/sliced.ts';
import { mixtures } from '../../models/definitions.ts';
import { assignComponents, mixtureDenoiser } from '../../models/mixture.ts';
import { targetSamples } from '../../models/target.ts';
import { karras } from '../../schedules/karras.ts';
import { planOps, samplers, type SamplerId } from './index.ts';
import { gaussian, runPlan, type Denoiser, type Draws } from './testing.ts';

const plan = (id: SamplerId, sigmas: readonly number[], params: object = {}) =>
  planOps(samplers[id], sigmas, { ...(defaults(samplers[id].params as never) as object), ...params } as never);
const toy4 = { ...mixtures.grid4(), means: mixtures.grid4().means.map((v) => v / 1.5) };
const drawn =
  (n: number, seed = 3): Draws =>
  (draws) => {
    const out = new Float64Array(n);
    for (const [weight, draw] of draws) normals(seed, draw, n / 2, 2).forEach((z, i) => (out[i]! += weight * z));
    return out;
  };

// κ = √((c² + t_min²)/(c² + t_max²)) = .5 for c = 1 between .5 and 2; Euler's 4, 10 and 100 steps .4745, .4897, .4990.
test('a restart brings two runs of the same noise nearer by κ, its own steps a little more', () => {
  const c = 1;
  const kappa = Math.sqrt((c * c + 0.25) / (c * c + 4));
  expect(kappa).toBe(0.5);
  const euler = (n: number) => {
    const levels = karras.sigmas(n + 1, { min: 0.5, max: 2 }, { rho: 7 }).slice(0, -1);
    return runPlan(plan('euler', levels), Float64Array.of(1), gaussian(c), () => new Float64Array(1))[0]!;
  };
  [
    [4, 0.4745],
    [10, 0.4897],
    [100, 0.499],
  ].forEach(([n, value]) => expect(Math.abs(euler(n!) - value!)).toBeLessThan(1e-3));
  const end = (x: number, params: object) =>
    runPlan(
      plan('restart', [0.9, 0.5, 0.1], { t_min: 0.5, t_max: 2, ...params }),
      Float64Array.of(x),
      gaussian(c),
      () => Float64Array.of(0.7),
    )[0]!;
  const apart = (params: object) => end(3, params) - end(1, params);
  const none = apart({ K: 0 });
  for (const [K, N_R, tolerance] of [
    [1, 5, 0.02],
    [1, 11, 3e-3],
    [1, 20, 1e-3],
    [3, 20, 1e-3],
  ] as const)
    expect(Math.abs((apart({ K, N_R }) / none) ** (1 / K) / kappa - 1), `${K} ${N_R}`).toBeLessThan(tolerance);
});

test('samples that all lie in one of four modes are spread by restarts: .94 .47 .35 .30 .27 of them stay', () => {
  const n = 2000;
  const denoise = mixtureDenoiser(toy4);
  const z = normals(4, 0, n, 2);
  const starts = z.map((v, i) => toy4.means[i % 2]! + Math.sqrt(0.04 + 0.25) * v);
  const share = (K: number) => {
    // Begun just above the level at which it jumps.
    const ops = plan('restart', [0.5001, 0.5, 0.25, 0.1, 0.02], { K, N_R: 11, t_min: 0.5, t_max: 2 });
    const x = runPlan(ops, Float64Array.from(starts), denoise, drawn(2 * n));
    return assignComponents(toy4, x, 0).filter((k) => k === 0).length / n;
  };
  [0.94, 0.47, 0.35, 0.3, 0.27].forEach((value, K) =>
    expect(Math.abs(share(K) - value), `K = ${K}`).toBeLessThan(0.04),
  );
}, 60_000);

// SW₁ .017 to .037 at any number of steps, against a floor of .034; D gives a spread of .134 to .136 instead of .2.
test('consistency stepping keeps the law with the exact map to the end of the flow; with D modes are too narrow', () => {
  const n = 1000;
  const mean = mixtureDenoiser(toy4);
  const to = 0.02;
  /** The end of the probability flow, by Heun on levels that depend on where it begins. */
  const map: Denoiser = (x, sigma) => {
    if (sigma <= to) return x.slice();
    const steps = Math.max(4, Math.ceil(8 * Math.log(sigma / to)));
    const levels = Array.from({ length: steps + 1 }, (_, i) => sigma * (to / sigma) ** (i / steps));
    return runPlan(plan('heun', levels), x, mean, () => new Float64Array(x.length));
  };
  const target = targetSamples({ kind: 'mixture', mixture: toy4 }, n, 21);
  const starts = normals(8, 0, n, 2).map((v) => 20 * v);
  expect([...map(Float64Array.of(0.3, -1), to)]).toEqual([0.3, -1]);
  const end = (denoise: Denoiser, steps: number) =>
    runPlan(
      plan('lcm', [...karras.sigmas(steps + 1, { min: to, max: 20 }, { rho: 7 }).slice(0, steps), 0]),
      Float64Array.from(starts),
      denoise,
      drawn(2 * n),
    );
  for (const steps of [1, 2, 4]) {
    const x = end(map, steps);
    expect(slicedWasserstein({ n, dim: 2, data: x }, target, 1), `${steps} steps`).toBeLessThan(0.08);
  }
  const x = end(mean, 20);
  const own = assignComponents(toy4, x, 0);
  let squares = 0;
  for (let i = 0; i < 2 * n; i++) squares += (x[i]! - toy4.means[2 * own[i >> 1]! + (i % 2)]!) ** 2 / (2 * n);
  expect(Math.abs(Math.sqrt(squares) - 0.134)).toBeLessThan(0.01);
}, 60_000);
