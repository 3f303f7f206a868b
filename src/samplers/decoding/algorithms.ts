import { greedy } from './algorithms/greedy.ts';
import { sampling } from './algorithms/sampling.ts';
import type { Algorithm } from './types.ts';

/** The registry: one line per algorithm. Menus, links, tests and tables iterate it. */
export const algorithms = {
  greedy,
  sampling,
} as const satisfies Record<string, Algorithm>;

export type AlgorithmId = keyof typeof algorithms;
export const algorithmIds = Object.keys(algorithms) as readonly AlgorithmId[];
