// What implicit Runge-Kutta methods would give where their equations are solved by a fixed number of sweeps, at equal
// evaluations: docs/decisions/0019-methods-as-data.md has the numbers. With K sweeps from the slope at the start such a method is an
// explicit one of 1 + sK stages, and runs in the engine as that.
import { describe, expect, test } from 'vitest';
import { normals } from '../../../math/normal.ts';
import { schedules } from '../../../schedules/index.ts';
import { mixture, noNoise, runPlan } from '../testing.ts';
import { tableauPlan } from './engine.ts';
import type { Variable } from './frames.ts';
import { methods } from './index.ts';
import type { Method, Row, Tableau } from './types.ts';

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

interface Implicit {
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
  /** Stages are solved one after the other, each with what is known of those before. */
  readonly diagonal: boolean;
}
const root = Math.sqrt(3);
const gamma = (3 + root) / 6;
const implicit: Readonly<Record<string, Implicit>> = {
  'implicit midpoint': { a: [[1 / 2]], b: [1], diagonal: true },
  'Gauss-Legendre 2s': {
    a: [
      [1 / 4, 1 / 4 - root / 6],
      [1 / 4 + root / 6, 1 / 4],
    ],
    b: [1 / 2, 1 / 2],
    diagonal: false,
  },
  'Crouzeix 2s (DIRK)': {
    a: [
      [gamma, 0],
      [1 - 2 * gamma, gamma],
    ],
    b: [1 / 2, 1 / 2],
    diagonal: true,
  },
};

function unrolled({ a, b, diagonal }: Implicit, sweeps: number): Tableau {
  const nodes = [0];
  const rows: Row[] = [];
  const c = a.map((row) => row.reduce((sum, w) => sum + w, 0));
  const row = (weights: readonly number[], columns: readonly number[]): Row => ({
    fixed: weights.flatMap((w, j) => (w === 0 ? [] : [[columns[j]!, [[w, 0, 0]]] as const])),
    through: [],
  });
  let newest = b.map(() => 1);
  const ask = (i: number, columns: readonly number[]) => {
    nodes.push(c[i]!);
    rows.push(row(a[i]!, columns));
    return nodes.length;
  };
  if (diagonal) for (const i of b.keys()) for (let k = 0; k < sweeps; k++) newest = newest.with(i, ask(i, newest));
  else
    for (let k = 0; k < sweeps; k++) {
      const known = newest;
      newest = b.map((_, i) => ask(i, known));
    }
  rows.push(row(b, newest));
  return { nodes, rows };
}

const end = (method: Method, tableau: Tableau, variable: Variable, n: number) =>
  runPlan(tableauPlan(method, tableau, grid(n), { eta: 0, s_noise: 1, variable }), starts, model, noNoise);
const explicit = (id: string) => {
  const method = methods.get(id)!;
  return { method, tableau: method.tableau({ c2: 0.5, c3: 1 }) };
};
const exact = end(explicit('cooper_verner_11s').method, explicit('cooper_verner_11s').tableau, 'log', 400);
function error(x: Float64Array): number {
  const distance = Array.from({ length: starts.length / 2 }, (_, i) =>
    Math.hypot(x[2 * i]! - exact[2 * i]!, x[2 * i + 1]! - exact[2 * i + 1]!),
  ).sort((p, q) => p - q);
  return (distance[99]! + distance[100]!) / 2;
}
const free: Method = explicit('midpoint_2s').method;
/** The error with the steps that a budget buys, in the better of two variables. */
function spent(method: Method, tableau: Tableau, budget: number): number {
  const steps = Math.round(budget / tableau.nodes.length);
  const variables: readonly Variable[] = method.frame === 'free' ? ['sigma', 'log'] : ['sigma'];
  return Math.min(...variables.map((variable) => error(end(method, tableau, variable, steps))));
}

const budgets = [24, 48, 96];
describe.each(budgets)('%i evaluations', (budget) => {
  const own = ['midpoint_2s', 'res_2s', 'heun_3s', 'res_3s', 'rk4_4s', 'res_4s_friedli'].map((id) => {
    const { method, tableau } = explicit(id);
    return [id, spent(method, tableau, budget)] as const;
  });
  const best = Math.min(...own.map(([, e]) => e));
  test('one sweep of the implicit midpoint method is the explicit one', () => {
    const once = spent(free, unrolled(implicit['implicit midpoint']!, 1), budget);
    expect(once / own[0]![1]).toBeCloseTo(1, 6);
  });
  test.each([
    ['implicit midpoint', [2, 3, 4]],
    ['Gauss-Legendre 2s', [1, 2, 3, 4]],
    ['Crouzeix 2s (DIRK)', [1, 2, 3, 4]],
  ] as const)('%s: no number of sweeps comes near the best explicit method', (name, sweeps) => {
    const tried = sweeps.map((k) => spent(free, unrolled(implicit[name]!, k), budget));
    expect(Math.min(...tried)).toBeGreaterThan(5 * best);
  });
});
