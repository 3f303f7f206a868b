import { gits } from './gits.ts';
import { optimalStepsize } from './optimalStepsize.ts';
import type { LevelsOptimiser } from './types.ts';

/** The registry: one line per method that finds noise levels for a model. */
export const optimisers = {
  gits,
  optimal_stepsize: optimalStepsize,
} as const satisfies Record<string, LevelsOptimiser>;

export type OptimiserId = keyof typeof optimisers;
