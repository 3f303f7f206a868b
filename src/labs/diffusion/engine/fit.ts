// Noise levels found for the model at hand: the walks that a method asks for, on starts that no comparison sees.
import { throwIfCancelled } from '../../../core/cancel.ts';
import { defaults, type ParamValue } from '../../../core/field.ts';
import { optimisers, type OptimiserId } from '../../../optimisers/index.ts';
import type { FittedLevels, LevelsOptimiser } from '../../../optimisers/types.ts';
import { euler } from '../../../samplers/diffusion/euler.ts';
import { planOps } from '../../../samplers/diffusion/index.ts';
import type { Experiment } from '../config/experiment.ts';
import type { Session } from './session.ts';

export interface FitAsk {
  readonly experiment: Experiment;
  readonly optimiser: OptimiserId;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Of the schedule to be found, the last to 0. */
  readonly steps: number;
}
export interface FitProgress {
  readonly fraction: number;
}

/** Turns the run's seed into one that the reader's runs do not use. */
export const fitSeed = (seed: number): number => (seed ^ 0x9e3779b9) >>> 0;

/** A walk whose states were not all kept has nothing to choose levels from. */
export class WalkTooLongError extends Error {
  override readonly name = 'WalkTooLongError';
  readonly hint = 'Take fewer samples or fewer teacher levels.';
}

export async function runFit(
  session: Session,
  { experiment, optimiser, params, steps }: FitAsk,
  emit: (progress: FitProgress) => void,
  signal: AbortSignal,
): Promise<FittedLevels> {
  const { problem } = await session.prepare(experiment, signal);
  const { card } = problem.key;
  const method: LevelsOptimiser = optimisers[optimiser];
  const all = { ...(defaults(method.params) as Record<string, ParamValue>), ...params };
  return method.fit(
    {
      range: card.range,
      steps,
      dim: card.shape.dim,
      async walk(sigmas) {
        throwIfCancelled(signal);
        const seed = fitSeed(experiment.seed);
        // Frames are asked for so that every state is kept.
        const done = await problem.run(planOps(euler, sigmas, {}), { seed, signal, onFrame: () => {} });
        if (done.marks.length !== sigmas.length)
          throw new WalkTooLongError(
            `${sigmas.length} states of ${problem.key.samples} samples are more than is kept of a run.`,
          );
        return done.marks.map((mark) => mark.x);
      },
      progress: (fraction) => emit({ fraction }),
    },
    all,
  );
}
