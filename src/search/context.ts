// A contender as what searches stand on: its sampler on any levels, and its own levels for any budget.
import {
  bareOps,
  choosesSteps,
  contenderSigmas,
  decidesAsItGoes,
  pieceOf,
  stepsForBudget,
  type PlanFor,
} from '../samplers/contenders/contender.ts';
import type { Contender } from '../samplers/contenders/types.ts';
import { wholeFault, wrappedLevels } from '../samplers/contenders/wrapping.ts';
import { nfe } from '../samplers/diffusion/counting.ts';
import type { Op } from '../samplers/diffusion/types.ts';
import { candidateNoise } from './candidates.ts';
import { SearchError, type SearchContext } from './types.ts';

/** Why a contender cannot be searched with; null where it can. */
export function baseFault(c: Contender, range: PlanFor): string | null {
  if (choosesSteps(c)) return 'this sampler chooses its own steps, so that no budget can be set';
  if (decidesAsItGoes(c)) return 'this sampler decides as it goes, so that its runs cannot be taken apart';
  if (c.asked) return 'the denoiser is told other levels than it has, for these levels alone';
  if (contenderSigmas(c, range).at(-1) !== 0) return 'its levels do not end at 0';
  return null;
}

export interface SearchSize {
  readonly samples: number;
  readonly dim: number;
  readonly budget: number;
  readonly seed: number;
  /** Candidates that are denoised in one evaluation; one unless said. */
  readonly atOnce?: number;
}

export function searchContext(c: Contender, range: PlanFor, size: SearchSize): SearchContext {
  const { samples, dim, budget, seed, atOnce = 1 } = size;
  const fault = baseFault(c, range);
  if (fault) throw new SearchError(`Nothing can be searched with it: ${fault}.`, 'Take another sampler or schedule.');
  const levels = wrappedLevels(c, contenderSigmas(c, range));
  const steps = levels.length - 1;
  const evaluations = nfe(bareOps(c, levels));
  const apart = () => {
    const bound = wholeFault(c);
    if (bound) throw new SearchError(`This search takes runs apart, and ${bound}.`, 'Take that wrapper off.');
  };
  return {
    levels,
    samples,
    dim,
    budget,
    atOnce,
    // Its wrappers have had their say on the levels.
    solve: (on) => pieceOf(c, range, bareOps(c, on)),
    piece(from, to) {
      apart();
      const before = from === 0 ? 0 : nfe(bareOps(c, levels.slice(0, from + 1)));
      return pieceOf(c, range, bareOps(c, levels.slice(from, to + 1)), { before, evaluations, step: from, steps });
    },
    denoise(k) {
      apart();
      const sigma = levels[k]!;
      const ops: readonly Op[] = [
        { op: 'mark', step: 0, sigma, x: 'x' },
        { op: 'eval', x: 'x', sigma, out: 'd' },
        { op: 'mark', step: 1, sigma: levels[k + 1] ?? 0, x: 'x', denoised: 'd' },
      ];
      // One evaluation a level is what searches that choose step by step make of a run, whatever the sampler would ask.
      const each = levels.filter((level) => level > 0).length;
      return pieceOf(c, range, ops, { before: k, evaluations: each, step: k, steps });
    },
    levelsFor(spend) {
      const longest = stepsForBudget(c, range, spend);
      return longest > 0 ? wrappedLevels(c, contenderSigmas(c, range, longest)) : null;
    },
    noise: (candidate, draws) => candidateNoise(seed, candidate, draws, samples, dim),
  };
}
