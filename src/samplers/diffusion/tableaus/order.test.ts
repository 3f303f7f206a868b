// Orders of convergence of the methods that are data, on the mixture of order.test.ts: median end-point error over 200 starts
// between two numbers of steps, Karras levels from 20 to .02.
import { expect, test } from 'vitest';
import { defaults } from '../../../core/field.ts';
import { normals } from '../../../math/normal.ts';
import { schedules } from '../../../schedules/index.ts';
import { planOps } from '../index.ts';
import { mixture, noNoise, runPlan, thorough } from '../testing.ts';
import type { Sampler } from '../types.ts';
import { memoryOf } from './engine.ts';
import { methods, tableauSamplers, type TableauId } from './index.ts';

const model = mixture(
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
const end = (sampler: Sampler, n: number, params: object = {}) =>
  runPlan(planOps(sampler, grid(n), { ...(defaults(sampler.params) as object), ...params }), starts, model, noNoise);
/** Of order 8: its error is near 1e-14 (half as many steps give the same to 3e-15). */
const exact = end(tableauSamplers.cooper_verner_11s, 500, { variable: 'log' });
function error(x: Float64Array): number {
  const distance = Array.from({ length: starts.length / 2 }, (_, i) =>
    Math.hypot(x[2 * i]! - exact[2 * i]!, x[2 * i + 1]! - exact[2 * i + 1]!),
  ).sort((a, b) => a - b);
  return (distance[99]! + distance[100]!) / 2;
}

const remembers = (id: TableauId) => {
  const method = methods.get(id)!;
  return memoryOf(method.tableau(defaults(method.params ?? {}) as never)) > 0;
};
/** Steps between which the error is neither at its start nor at the rounding of float64. */
function windowOf(id: TableauId): readonly [number, number] {
  if (remembers(id)) return [160, 640];
  const { order } = tableauSamplers[id];
  if (order <= 4) return [80, 320];
  if (order === 5) return [160, 320];
  if (order === 6) return [40, 160];
  return order === 7 ? [20, 80] : [10, 40];
}

/**
 * Methods whose conditions hold to their order and no further (conditions.test.ts), and whose error falls faster here, where
 * the first term that is left is small beside the next.
 */
const faster: Readonly<Partial<Record<TableauId, number>>> = {
  fehlberg_5s: 4.22,
  dormand_prince_6s: 5.32,
  tsitouras_6s: 5.34,
  bogacki_shampine_7s: 5.27,
  fehlberg7_11s: 7.3,
  dormand_prince_13s: 8.5,
  fehlberg8_12s: 9.1,
};

/**
 * Methods without a memory are held to every tree of Butcher's by conditions.test.ts: the short tier measures one of each
 * kind of them, and all that remember.
 */
const ids = (Object.keys(tableauSamplers) as TableauId[]).filter((id) => thorough(id) || remembers(id));

test.each(ids)('%s', (id) => {
  const sampler: Sampler = tableauSamplers[id];
  const [few, many] = windowOf(id);
  const measured = Math.log2(error(end(sampler, few)) / error(end(sampler, many))) / Math.log2(many / few);
  expect(Math.abs(measured - (faster[id] ?? sampler.order)), `measured ${measured.toFixed(2)}`).toBeLessThan(0.15);
});
