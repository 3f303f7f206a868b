// Samplers whose methods are data: the order conditions of every tableau, and one method of each kind against its formulas
// written out.
import { integrate } from '../../math/quadrature.ts';
import { defaults } from '../../core/field.ts';
import type { SamplerId } from '../../samplers/diffusion/index.ts';
import { memoryOf } from '../../samplers/diffusion/tableaus/engine.ts';
import { methods, tableauSamplers } from '../../samplers/diffusion/tableaus/index.ts';
import { residual } from '../../samplers/diffusion/tableaus/trees.ts';
import { rowWeights } from '../../samplers/diffusion/tableaus/weights.ts';
import type { Case, Outcome } from '../types.ts';
import { count, distance, together } from '../words.ts';
import { endOf, goldenDenoiser as D, goldenStart, grids, noNoise, planOf } from './plans.ts';

/** Trees of more vertices are many, and a unit test has them. */
const MOST = 6;

function conditions(): Outcome {
  const parts = [...methods].flatMap(([id, method]) => {
    const { nodes, rows } = method.tableau(defaults(method.params ?? {}) as never);
    if (memoryOf({ nodes, rows }) > 0) return [];
    const matrix = rows.map((row, k) => {
      const weights = rowWeights(row, nodes[k + 1] ?? 1, 0, (column) => nodes[column - 1]!);
      return nodes.map((_, j) => weights.get(j + 1) ?? 0);
    });
    const order = Math.min(MOST, Math.floor(tableauSamplers[id as keyof typeof tableauSamplers].order));
    const a = [nodes.map(() => 0), ...matrix.slice(0, -1)];
    return Array.from({ length: order }, (_, n) => ({
      error: residual(n + 1, a, matrix.at(-1)!),
      allowed: 1e-13,
      where: `${id}, trees of ${count(n + 1, 'vertex').replace('vertexs', 'vertices')}`,
    }));
  });
  return together(parts, `${count(parts.length, 'set')} of Butcher’s order conditions`);
}

type Step = (x: Float64Array, s: number, t: number, i: number) => Float64Array;
const sum = (...terms: readonly (readonly [number, Float64Array])[]) =>
  terms[0]![1].map((_, i) => terms.reduce((total, [c, v]) => total + c * v[i]!, 0));

/** Cox and Matthews 2002, eq. 26 to 29, for dx/dλ = −x + D. */
const etdrk4: Step = (x, s, t) => {
  const h = Math.log(s / t);
  const half = Math.sqrt(s * t);
  const [e, e2] = [Math.exp(-h), Math.exp(-h / 2)];
  const n = D(x, s);
  const a = sum([e2, x], [1 - e2, n]);
  const na = D(a, half);
  const b = sum([e2, x], [1 - e2, na]);
  const nb = D(b, half);
  const c = sum([e2, a], [1 - e2, nb], [1 - e2, nb], [e2 - 1, n]);
  const nc = D(c, t);
  const weight = (f: (u: number) => number) => integrate((u) => h * Math.exp((u - 1) * h) * f(u), 0, 1, 4);
  const alpha = weight((u) => 1 - 3 * u + 2 * u * u);
  const beta = weight((u) => 2 * u - 2 * u * u);
  const gamma = weight((u) => 2 * u * u - u);
  return sum([e, x], [alpha, n], [beta, na], [beta, nb], [gamma, nc]);
};

/** Kutta's fourth-order method for a state that is `scale`·x over a variable of σ, with its slope. */
function kutta(
  at: (sigma: number) => number,
  level: (place: number) => number,
  scale: (sigma: number) => number,
  slope: (z: Float64Array, sigma: number) => Float64Array,
): Step {
  return (x, s, t) => {
    const H = at(t) - at(s);
    const middle = level((at(s) + at(t)) / 2);
    const z = x.map((v) => v * scale(s));
    const k1 = slope(z, s);
    const k2 = slope(sum([1, z], [H / 2, k1]), middle);
    const k3 = slope(sum([1, z], [H / 2, k2]), middle);
    const k4 = slope(sum([1, z], [H, k3]), t);
    return sum([1, z], [H / 6, k1], [H / 3, k2], [H / 3, k3], [H / 6, k4]).map((v) => v / scale(t));
  };
}
/** On x/σ over λ = −log σ, whose slope is D/σ. */
const lawson4 = kutta(
  (s) => -Math.log(s),
  (l) => Math.exp(-l),
  (s) => 1 / s,
  (z, s) =>
    D(
      z.map((v) => v * s),
      s,
    ).map((d) => d / s),
);
/** On a rectified flow's state (1 − τ)x, whose slope is its velocity. */
const flow4 = kutta(
  (s) => s / (1 + s),
  (tau) => tau / (1 - tau),
  (s) => 1 / (1 + s),
  (z, s) => {
    const d = D(
      z.map((v) => v * (1 + s)),
      s,
    );
    return z.map((v, i) => ((v - d[i]!) * (1 + s)) / s);
  },
);
/** The polynomial through the last three values of D in λ, integrated with e^λ. */
function adams3(): Step {
  const past: { at: number; d: Float64Array }[] = [];
  return (x, s, t) => {
    past.unshift({ at: -Math.log(s), d: D(x, s) });
    past.length = Math.min(past.length, 3);
    const [from, to] = [-Math.log(s), -Math.log(t)];
    const weights = past.map(({ at }, j) =>
      integrate(
        (l) =>
          Math.exp(l - to) * past.reduce((p, other, k) => (k === j ? p : (p * (l - other.at)) / (at - other.at)), 1),
        from,
        to,
        4,
      ),
    );
    return sum([t / s, x], ...past.map(({ d }, j) => [weights[j]!, d] as const));
  };
}

const written: readonly (readonly [SamplerId, object, () => Step])[] = [
  ['etdrk4_4s', {}, () => etdrk4],
  ['lawson4_4s', {}, () => lawson4],
  ['rk4_4s', { variable: 'flow' }, () => flow4],
  ['abnorsett_3m', {}, adams3],
];

export const tableauCases = (): Case[] => [
  { name: 'order conditions of the methods that are data', run: conditions },
  ...written.map(([id, params, make]): Case => ({
    name: `${id} as its formula`,
    sampler: id,
    run: () =>
      together(
        Object.entries(grids).map(([name, sigmas]) => {
          const step = make();
          const want = sigmas
            .slice(1)
            .reduce((x, t, i) => (t === 0 ? D(x, sigmas[i]!) : step(x, sigmas[i]!, t, i)), goldenStart(sigmas[0]!));
          const got = endOf(planOf(id, sigmas, params), goldenStart(sigmas[0]!), D, noNoise);
          return { error: distance(got, want), allowed: 1e-10, where: `grid ${name}` };
        }),
        'Its end points and those of the formula written out',
      ),
  })),
];
