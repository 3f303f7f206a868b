// The methods that are data as methods for the SDE, without random numbers: see stochastic.test.ts. A step down to σ↓ and noise
// up again is exact in law where the step is, so the variance converges with the order of the ODE; the multistep methods, with the
// SDE's own decay in their weights, with order 2.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../../core/field.ts';
import { full } from '../../../core/testing.ts';
import { schedules } from '../../../schedules/index.ts';
import { coefficientsOf, gaussian, thorough } from '../testing.ts';
import type { Sampler } from '../types.ts';
import { methods, tableauSamplers, type TableauId } from './index.ts';

const END = 0.02;
const grid = (n: number) => schedules.karras.sigmas(n + 1, { min: END, max: 20 }, { rho: 7 }).slice(0, -1);
const square = (v: Float64Array) => v.reduce((sum, c) => sum + c * c, 0);
const run = (id: TableauId, params: object, n: number, deviation: number, index = new Map<number, number>()) =>
  coefficientsOf(
    tableauSamplers[id],
    params,
    grid(n),
    Math.hypot(deviation, 20),
    gaussian(deviation),
    index,
    26 * n + 60,
  );
/** Relative error of the variance for data N(0, ½²). */
const bias = (id: TableauId, params: object, n: number) => square(run(id, params, n, 0.5)) / (0.25 + END * END) - 1;

const noisy = (Object.keys(tableauSamplers) as TableauId[]).filter((id) => methods.get(id)!.noise !== 'none');
const memory = ['abnorsett_3m', 'abnorsett_4m'];
/** Their first term is so small that the error changes its sign near these numbers of steps; the ODE's order is held elsewhere. */
const changesSign: Readonly<Partial<Record<TableauId, number>>> = { tsitouras_6s: 4, dormand_prince_13s: 5.5 };
/** One of each way to draw and each kind of coordinates: what the short tier follows along a path. */
const paths: readonly string[] = ['etdrk4_4s', 'dpm_solver_3s', 'rk38_4s', 'abnorsett_3m'];

describe.each(noisy)('%s', (id) => {
  test('one fixed picture: the variance is σ² exactly, whatever η', () => {
    for (const eta of [0, 0.4, 1]) expect(square(run(id, { eta }, 10, 0)) / (END * END)).toBeCloseTo(1, 12);
  });
});
describe.each(noisy.filter(thorough))('%s', (id) => {
  const { order } = tableauSamplers[id];
  const promised = memory.includes(id) ? 2 : order;
  // The higher the order, the sooner the error is at the rounding of float64.
  const n = [0, 160, 160, 160, 160, 80, 40, 40, 20][Math.round(promised)]!;
  test('Gaussian data, η = 1: the variance converges with that order', () => {
    const measured = Math.log2(Math.abs(bias(id, { eta: 1 }, n) / bias(id, { eta: 1 }, 2 * n)));
    expect(measured).toBeGreaterThan(changesSign[id] ?? promised - 0.25);
  });
  test.runIf(full || paths.includes(id))('n and 2n steps follow one path', () => {
    const apart = (steps: number) => {
      const index = new Map<number, number>();
      const sampler: Sampler = tableauSamplers[id];
      const two = [steps, 2 * steps].map((m) =>
        coefficientsOf(sampler, { eta: 1 }, grid(m), Math.hypot(0.5, 20), gaussian(0.5), index, 6000),
      );
      return Math.sqrt(square(two[0]!.map((v, i) => v - two[1]![i]!))) / 0.5;
    };
    expect(defaults(tableauSamplers[id].params)).toMatchObject({ eta: 0 });
    const [coarse, fine] = [apart(20), apart(80)]; // independent noise would give √2
    expect(coarse).toBeLessThan(0.5);
    expect(coarse / fine).toBeGreaterThan(2.5);
  });
});

test('teeth: noise that leads up to a level too high is seen in one fixed picture', () => {
  expect(Math.abs(square(run('rk4_4s', { eta: 1, s_noise: 1.001 }, 10, 0)) / (END * END) - 1)).toBeGreaterThan(1e-4);
});
