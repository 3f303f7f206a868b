import { greedy } from './greedy.ts';
import { moreSteps } from './moreSteps.ts';
import { paths } from './paths.ts';
import { random } from './random.ts';
import { rollover } from './rollover.ts';
import type { NoiseSearch } from './types.ts';
import { zeroOrder } from './zeroOrder.ts';

/** The registry: one line per search, after the line that all are held against. */
export const searches = {
  steps: moreSteps,
  random,
  zero_order: zeroOrder,
  paths,
  greedy,
  rbf: rollover,
} as const satisfies Record<string, NoiseSearch>;

export type SearchId = keyof typeof searches;
export const searchIds = Object.keys(searches) as readonly SearchId[];
