// Tableaus against their order conditions: Butcher's for every rooted tree, and for exponential methods the stiff ones of
// Hochbruck & Ostermann. No differential equation is solved here.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../../core/field.ts';
import nodepy from './nodepy.json' with { type: 'json' };
import { memoryOf } from './engine.ts';
import { methods, tableauSamplers, type TableauId } from './index.ts';
import { phi } from './phi.ts';
import { residual, treesOf } from './trees.ts';
import type { Tableau } from './types.ts';
import { rowWeights } from './weights.ts';

const tableauOf = (id: string, params: object = {}): Tableau => {
  const method = methods.get(id)!;
  return method.tableau({ ...(defaults(method.params ?? {}) as Record<string, number>), ...params });
};
/** a_ij(ζ) and b_j(ζ) as numbers. */
function matrixOf({ nodes, rows }: Tableau, zeta: number): { a: number[][]; b: number[] } {
  const list = rows.map((row, k) => {
    const weights = rowWeights(row, nodes[k + 1] ?? 1, zeta, (column) => nodes[column - 1]!);
    return nodes.map((_, j) => weights.get(j + 1) ?? 0);
  });
  return { a: [nodes.map(() => 0), ...list.slice(0, -1)], b: list.at(-1)! };
}
const ids = Object.keys(tableauSamplers) as TableauId[];
const singlestep = ids.filter((id) => memoryOf(tableauOf(id)) === 0);

test('as many rooted trees as there are', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => treesOf(n).length)).toEqual([1, 1, 2, 4, 9, 20, 48, 115, 286]);
});

describe.each(singlestep)('%s', (id) => {
  const { a, b } = matrixOf(tableauOf(id), 0);
  const { order } = tableauSamplers[id];
  test('every condition up to its order holds, and one of the next order does not', () => {
    for (let n = 1; n <= order; n++) expect(residual(n, a, b), `order ${n}`).toBeLessThan(1e-13);
    expect(residual(order + 1, a, b)).toBeGreaterThan(1e-6);
  });
  test('the nodes are the sums of the rows', () => {
    tableauOf(id).nodes.forEach((c, i) => expect(a[i]!.reduce((sum, w) => sum + w, 0)).toBeCloseTo(c, 13));
  });
});

test('teeth: a coefficient that is wrong by a millionth is seen', () => {
  for (const id of singlestep) {
    const { a, b } = matrixOf(tableauOf(id), 0);
    const spoiled = b.with(b.length - 1, b.at(-1)! + 1e-6);
    expect(Math.max(...[1, 2].map((n) => residual(n, a, spoiled))), id).toBeGreaterThan(1e-8);
  }
});

// Hochbruck & Ostermann 2005, table 2 (and 2010, table 2.2). The operators J and K stand between a factor at one ζ and one at
// another: so the two are taken at ζ of their own. A condition holds weakly when the left factor is taken at 0.
const zetas = [0, -0.3, -1.7, -6];
function stiffOrder(tableau: Tableau): number {
  const { nodes } = tableau;
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
  const power = (k: number) => nodes.map((c) => c ** (k - 1) / factorial(k - 1));
  const dot = (u: readonly number[], v: readonly number[]) => u.reduce((sum, w, i) => sum + w * v[i]!, 0);
  const at = new Map(zetas.map((z) => [z, matrixOf(tableau, z)]));
  const psi = (k: number, z: number) => dot(at.get(z)!.b, power(k)) - phi(k, z);
  const psiOf = (k: number, z: number) => nodes.map((c, i) => dot(at.get(z)!.a[i]!, power(k)) - c ** k * phi(k, c * z));
  const zero = (v: number) => Math.abs(v) < 1e-13;
  const conditions: Readonly<Record<number, readonly ((left: number, z: number) => boolean)[]>> = {
    1: [(l) => zero(psi(1, l))],
    2: [(l) => zero(psi(2, l)), (_, z) => psiOf(1, z).every(zero)],
    3: [(l) => zero(psi(3, l)), (l, z) => zero(dot(at.get(l)!.b, psiOf(2, z)))],
    4: [
      (l) => zero(psi(4, l)),
      (l, z) => zero(dot(at.get(l)!.b, psiOf(3, z))),
      (l, z) =>
        everywhere((m) =>
          zero(
            dot(
              at.get(l)!.b,
              at.get(m)!.a.map((row) => dot(row, psiOf(2, z))),
            ),
          ),
        ),
      (l, z) =>
        zero(
          dot(
            at.get(l)!.b.map((w, i) => w * nodes[i]!),
            psiOf(2, z),
          ),
        ),
    ],
  };
  const everywhere = (holds: (z: number) => boolean) => zetas.every(holds);
  const strongly = (k: number) => conditions[k]!.every((holds) => everywhere((l) => everywhere((z) => holds(l, z))));
  const weakly = (k: number) => conditions[k]!.every((holds) => everywhere((z) => holds(0, z)));
  let order = 0;
  while (order < 4 && weakly(order + 1)) {
    order++;
    if (!strongly(order)) break;
  }
  return order;
}

test.each<[TableauId, object, number]>([
  ['res_2s', {}, 2],
  ['res_2s', { c2: 1 }, 2],
  ['res_3s', {}, 3],
  ['res_3s', { c2: 0.3, c3: 0.9 }, 3],
  ['dpmpp_3s', {}, 3],
  ['etdrk3_a_3s', {}, 3],
  ['etdrk3_b_3s', {}, 3],
  ['etdrk3_3s', {}, 2],
  ['res_3s_lie', {}, 3],
  ['res_3s_non_monotonic', {}, 3],
  ['etdrk4_4s', {}, 2],
  ['res_4s_krogstad', {}, 3],
  ['res_4s_strehmel_weiner', {}, 3],
  ['res_4s_friedli', {}, 3],
  ['res_5s', {}, 4],
  ['res_6s', {}, 4],
  ['res_8s', {}, 4],
  ['res_10s', {}, 4],
])('%s %j: stiff order %i (of at most 4 that are looked at)', (id, params, order) => {
  expect(stiffOrder(tableauOf(id, params))).toBe(order);
});
test('parameters keep the classical order: nodes of res_2s and res_3s', () => {
  for (const c2 of [0.1, 0.37, 0.6, 1]) {
    const { a, b } = matrixOf(tableauOf('res_2s', { c2 }), 0);
    for (const n of [1, 2]) expect(residual(n, a, b)).toBeLessThan(1e-13);
  }
  for (const c2 of [0.1, 0.37, 0.6])
    for (const c3 of [0.7, 0.9, 1]) {
      const { a, b } = matrixOf(tableauOf('res_3s', { c2, c3 }), 0);
      for (const n of [1, 2, 3]) expect(residual(n, a, b)).toBeLessThan(1e-13);
    }
});

// Tableaus of nodepy: training/golden/make_tableaus.py wrote them down.
test.each(Object.entries(nodepy))('%s: the coefficients of an independent package', (id, theirs) => {
  const { a, b } = matrixOf(tableauOf(id), 0);
  const ours = [...a.slice(1).map((row, i) => row.slice(0, i + 1)), b].flat();
  const want = [...theirs.a, theirs.b].flat();
  expect(ours.length).toBe(want.length);
  ours.forEach((w, k) => expect(Math.abs(w - want[k]!) / Math.max(1, Math.abs(want[k]!))).toBeLessThan(2e-15));
});
