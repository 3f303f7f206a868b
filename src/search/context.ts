// A contender as what searches stand on: its sampler on any levels, and its own levels for any budget.
import {
  choosesSteps,
  contenderPlan,
  contenderSigmas,
  stepsForBudget,
  type PlanFor,
} from '../samplers/contenders/contender.ts';
import type { Contender } from '../samplers/contenders/types.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { candidateNoise } from './candidates.ts';
import { SearchError, type SearchContext } from './types.ts';

/** Why a contender cannot be searched with; null where it can. */
export function baseFault(c: Contender, range: PlanFor): string | null {
  if (choosesSteps(c)) return 'this sampler chooses its own steps, so that no budget can be set';
  if (c.guide) return 'guidance of its own acts on whole runs, and searches take them apart';
  if (c.wraps) return 'its wrappers act on whole runs, and searches take them apart';
  if (c.asked) return 'the denoiser is told other levels than it has, for these levels alone';
  if (contenderSigmas(c, range).at(-1) !== 0) return 'its levels do not end at 0';
  return null;
}

export interface SearchSize {
  readonly samples: number;
  readonly dim: number;
  readonly budget: number;
  readonly seed: number;
}

export function searchContext(c: Contender, range: PlanFor, { samples, dim, budget, seed }: SearchSize): SearchContext {
  const fault = baseFault(c, range);
  if (fault) throw new SearchError(`Nothing can be searched with it: ${fault}.`, 'Take another sampler or schedule.');
  return {
    levels: contenderSigmas(c, range),
    samples,
    dim,
    budget,
    solve(levels) {
      const on: Contender = {
        ...c,
        schedule: 'explicit',
        scheduleParams: {},
        sigmas: levels,
        steps: levels.length - 1,
      };
      return contenderPlan(on, range).ops;
    },
    denoise: (sigma): readonly Op[] => [
      { op: 'eval', x: 'x', sigma, out: 'd' },
      { op: 'mark', step: 1, sigma, x: 'x', denoised: 'd' },
    ],
    levelsFor(spend) {
      const steps = stepsForBudget(c, range, spend);
      return steps > 0 ? contenderSigmas(c, range, steps) : null;
    },
    noise: (candidate, draws) => candidateNoise(seed, candidate, draws, samples, dim),
  };
}
