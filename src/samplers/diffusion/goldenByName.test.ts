// End points of diffusers and k-diffusion for samplers known by name, also at few steps and in groups of every length:
// training/golden/make_by_name.py made them.
import { expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import problem from './golden.json' with { type: 'json' };
import golden from './goldenByName.json' with { type: 'json' };
import { samplers, type SamplerId } from './index.ts';
import { mixture, opsOn, runPlan, type Draws } from './testing.ts';
import type { Sampler } from './types.ts';

interface Run {
  readonly library: string;
  readonly sampler: string;
  readonly params: object;
  readonly grid: string;
  readonly x: readonly number[];
  /** Where the library itself is not exact: see make_by_name.py. */
  readonly tolerance?: number;
}
const { centres, weights, deviation } = problem.mixture;
const model = mixture(centres as [number, number][], weights, deviation);
const grids: Record<string, number[]> = golden.grids;

/** The k-th noise of the run takes vector k. */
const sequence = (): Draws => {
  let count = 0;
  return (_, dim) => {
    const k = count++;
    return Float64Array.from({ length: dim }, (_, e) => 1.5 * Math.sin(12.9898 * (k + 1) + 4.1414 * e));
  };
};

function off({ sampler: id, params, grid, x }: Run, scale = 1): number {
  const sampler: Sampler = samplers[id as SamplerId];
  const sigmas = grids[grid]!;
  const all = { ...(defaults(sampler.params) as object), ...params };
  const start = Float64Array.from(problem.start, (v) => scale * v * sigmas[0]!);
  // Points of two numbers: norms of one that looks at its own are each sample's.
  const got = runPlan(opsOn(sampler, sigmas, all, start, model, sequence(), 2), start, model, sequence(), 2);
  return Math.max(...x.map((w, i) => Math.abs(got[i]! - w))) / Math.max(...x.map(Math.abs));
}

test.each(golden.cases as readonly Run[])('$sampler $params of $library, grid $grid', (run) => {
  expect(off(run)).toBeLessThan(run.tolerance ?? 1e-12);
});

test('teeth: another start, or another solver, is far off', () => {
  for (const run of golden.cases as readonly Run[])
    expect(off(run, 1.001), JSON.stringify(run.params)).toBeGreaterThan(1e-8); // the VP SDE forgets where it began
  const heun = golden.cases.find((c) => c.sampler === 'dpmpp_singlestep' && c.params.solver_type === 'heun')!;
  expect(off({ ...heun, params: { ...heun.params, solver_type: 'midpoint' } } as Run)).toBeGreaterThan(1e-4);
});
