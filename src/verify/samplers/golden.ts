// Float64 end points of diffusers and k-diffusion on uneven grids (training/golden: make_golden.py, make_by_name.py).
import byName from '../../samplers/diffusion/goldenByName.json' with { type: 'json' };
import type { SamplerId } from '../../samplers/diffusion/index.ts';
import type { Op } from '../../samplers/diffusion/types.ts';
import type { Case } from '../types.ts';
import { count, together, distance, largest } from '../words.ts';
import { endOf, golden, goldenDenoiser, goldenStart, grids, libraryVector, planOf } from './plans.ts';

/** All agree to about 1e-13. */
const TOLERANCE = 1e-12;

/**
 * The libraries' k-th noise is vector k; churn, which k-diffusion draws in every step, is its step's. A plan's own
 * draws are replaced by these.
 */
function libraryNoise(id: SamplerId, ops: readonly Op[]): Op[] {
  let drawn = 0;
  return ops.map((op) => {
    if (op.op !== 'noise') return op;
    const churn = id === 'edm_stochastic' ? op.draws[0]![1] : 0;
    return { ...op, draws: [[1, churn > 0 ? (churn - 1) / 4 : drawn++]] };
  });
}

interface Run {
  readonly library: string;
  readonly sampler: string;
  readonly params: object;
  readonly x: readonly number[];
  readonly grid: string;
  /** Where the library itself is not exact. */
  readonly tolerance?: number;
}
const runs: readonly (Run & { readonly sigmas: readonly number[] })[] = [
  { grids, cases: golden.cases as readonly Run[] },
  { grids: byName.grids as Readonly<Record<string, readonly number[]>>, cases: byName.cases as readonly Run[] },
].flatMap((file) => file.cases.map((c) => ({ ...c, sigmas: file.grids[c.grid]! })));

export function goldenCases(): Case[] {
  return [...new Set(runs.map((c) => c.sampler as SamplerId))]
    .map((id) => ({ id, cases: runs.filter((c) => c.sampler === id) }))
    .map(({ id, cases }) => ({
      name: `${id} golden values`,
      sampler: id,
      run: () =>
        together(
          cases.map(({ library, params, grid, sigmas, x, tolerance }) => {
            const got = endOf(
              libraryNoise(id, planOf(id, sigmas, params)),
              goldenStart(sigmas[0]!),
              goldenDenoiser,
              libraryVector,
            );
            return {
              error: distance(got, x) / largest(x),
              allowed: tolerance ?? TOLERANCE,
              where: `${library}, grid ${grid}, ${JSON.stringify(params)}`,
            };
          }),
          `${count(cases.length, 'end point')} of ${[...new Set(cases.map((c) => c.library))].join(' and ')} in float64`,
        ),
    }));
}
