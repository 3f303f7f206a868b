import { arithmetic } from './algorithms/arithmetic.ts';
import { beam } from './algorithms/beam.ts';
import { bestOfN } from './algorithms/bestOfN.ts';
import { contrastive } from './algorithms/contrastive.ts';
import { contrastiveDecoding } from './algorithms/contrastiveDecoding.ts';
import { cotDecoding } from './algorithms/cotDecoding.ts';
import { diverseBeam } from './algorithms/diverseBeam.ts';
import { dola } from './algorithms/dola.ts';
import { greedy } from './algorithms/greedy.ts';
import { guidance } from './algorithms/guidance.ts';
import { multiDraft } from './algorithms/multiDraft.ts';
import { ngramCache } from './algorithms/ngramCache.ts';
import { promptLookup } from './algorithms/promptLookup.ts';
import { sampling } from './algorithms/sampling.ts';
import { speculative } from './algorithms/speculative.ts';
import type { Algorithm } from './types.ts';

/** The registry: one line per algorithm. Menus, links, tests and tables iterate it. */
export const algorithms = {
  greedy,
  sampling,
  speculative,
  multi_draft: multiDraft,
  prompt_lookup: promptLookup,
  ngram_cache: ngramCache,
  arithmetic,
  beam,
  diverse_beam: diverseBeam,
  best_of_n: bestOfN,
  contrastive,
  cfg: guidance,
  contrastive_decoding: contrastiveDecoding,
  dola,
  cot_decoding: cotDecoding,
} as const satisfies Record<string, Algorithm>;

export type AlgorithmId = keyof typeof algorithms;
export const algorithmIds = Object.keys(algorithms) as readonly AlgorithmId[];
