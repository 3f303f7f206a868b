// Float64 end points of diffusers and k-diffusion on uneven grids: training/golden/make_golden.py made them.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import golden from './golden.json' with { type: 'json' };
import { planOps, samplers, type SamplerId } from './index.ts';
import { mixture, runPlan, type Draws } from './testing.ts';
import type { Op, Sampler } from './types.ts';

const model = mixture(golden.mixture.centres as [number, number][], golden.mixture.weights, golden.mixture.deviation);
const grids: Record<string, number[]> = golden.grids;
const vector = (k: number, dim: number) =>
  Float64Array.from({ length: dim }, (_, e) => 1.5 * Math.sin(12.9898 * (k + 1) + 4.1414 * e));

/** The k-th noise of the run takes vector k; churn, which k-diffusion draws every step, takes its step's. */
const sequence = (): Draws => {
  let count = 0;
  return (draws, dim) => {
    const only = draws.length === 1 ? draws[0]![1] : 0;
    return vector(only > 0 && only < 0x10000000 ? (only - 1) / 4 : count++, dim);
  };
};

const run = (ops: Iterable<Op>, grid: readonly number[]) =>
  runPlan(
    ops,
    Float64Array.from(golden.start, (v) => v * grid[0]!),
    model,
    sequence(),
  );
const worst = (x: Float64Array, want: readonly number[]) =>
  Math.max(...want.map((w, i) => Math.abs(x[i]! - w))) / Math.max(...want.map(Math.abs));

describe.each(golden.cases)('$sampler $params of $library, grid $grid', ({ sampler: id, params, grid, x }) => {
  test('agrees to 1e-12', () => {
    const sampler: Sampler = samplers[id as SamplerId];
    const sigmas = grids[grid]!;
    expect(worst(run(planOps(sampler, sigmas, { ...defaults(sampler.params), ...params }), sigmas), x)).toBeLessThan(
      1e-12,
    );
  });
});

test('teeth: the inverted step ratio, which an order test misses, is far from the golden value', () => {
  const want = golden.cases.find((c) => c.sampler === 'dpmpp_2m' && c.grid === 'rough')!;
  const sigmas = grids.rough!;
  const inverted = function* (): Generator<Op> {
    let i = 0;
    for (const o of planOps(samplers.dpmpp_2m, sigmas, {})) {
      if (o.op === 'lincomb' && o.terms.length === 3) {
        const r = Math.log(sigmas[i - 1]! / sigmas[i]!) / Math.log(sigmas[i]! / sigmas[i + 1]!);
        const g = 1 - sigmas[i + 1]! / sigmas[i]!;
        yield { ...o, terms: [o.terms[0]!, [g * (1 + r / 2), o.terms[1]![1]], [(-g * r) / 2, o.terms[2]![1]]] };
      } else yield o;
      if (o.op === 'mark' && o.step > 0) i++;
    }
  };
  expect(worst(run(inverted(), sigmas), want.x)).toBeGreaterThan(1e-3);
});
