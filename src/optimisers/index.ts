import { aysComputed } from './aysComputed.ts';
import { bespoke } from './bespoke.ts';
import { gits } from './gits.ts';
import { ld3 } from './ld3.ts';
import { optimalStepsize } from './optimalStepsize.ts';
import { pcm } from './pcm.ts';
import { s3 } from './s3.ts';
import type { FitId } from '../samplers/contenders/fitted.ts';
import type { ScheduleOptimiser } from './types.ts';

/** The registry: one line per method that fits a contender to a model. */
export const optimisers = {
  gits,
  optimal_stepsize: optimalStepsize,
  ays_computed: aysComputed,
  ld3,
  s3,
  bespoke,
  pcm,
} as const satisfies Record<FitId, ScheduleOptimiser>;

export type OptimiserId = keyof typeof optimisers;
