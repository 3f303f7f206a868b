// The switch “as diffusers”: the run that a scheduler there makes of a contender's steps.
import { parseSchedulerConfig, type SchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import { parseObject } from '../../../formats/json.ts';
import { conventionsOf, type Conventions } from '../../../models/diffusers/conventions.ts';
import { schedules } from '../../../schedules/index.ts';
import type { PictureContender } from '../config/experiment.ts';
import { schedulerOf, type SchedulerChoice } from '../config/schedulers.ts';
import { placesOfLevels } from './places.ts';

/** A contender that cannot be run under diffusers' conventions. */
export class ConventionsError extends Error {
  override readonly name = 'ConventionsError';
  readonly hint: string;
  /** `because`: a clause. */
  constructor(because: string, hint = 'Change it, or choose the exact conventions, under which every contender runs.') {
    super(`This contender cannot be run as diffusers would: ${because}.`);
    this.hint = hint;
  }
}

export interface SchedulerSource {
  /** scheduler_config.json as it stands. */
  readonly schedulerBytes: Uint8Array;
  /** Class of the pipeline, from model_index.json. */
  readonly pipeline?: string;
}

const FLOW = 'FlowMatchEulerDiscreteScheduler';
const CONSISTENCY = 'CMStochasticIterativeScheduler';

/** The class that makes a contender's steps on a model whose own scheduler is `own`, or why there is none, as a clause. */
function choiceFor(c: PictureContender, own: unknown): SchedulerChoice | string {
  if (own === FLOW) {
    if (c.sampler !== 'euler') return `${FLOW}, this model’s, takes Euler’s steps`;
    return c.schedule === 'flow_shift'
      ? { scheduler: FLOW, config: { shift: c.scheduleParams['shift'] as number } }
      : `${FLOW} has levels of its own; choose the schedule “${schedules.flow_shift.title}” to say so`;
  }
  const choice = schedulerOf(c);
  if (typeof choice === 'string') return choice;
  return (own === CONSISTENCY) === (choice.scheduler === CONSISTENCY)
    ? choice
    : `${choice.scheduler} cannot read the configuration of this model’s ${String(own)}`;
}

/** What the model's configuration makes a scheduler do, and the contender's sampler does not; null where they agree. */
function difference(c: PictureContender, config: SchedulerConfig, steps: number): string | null {
  const { scheduler } = config;
  if (scheduler === FLOW) return null;
  if (scheduler === CONSISTENCY) {
    const { sigma_min: least, s_noise: noise } = c.params;
    if (least !== config.sigmaMin) return `this model’s ${scheduler} has ε ${config.sigmaMin}, not ${String(least)}`;
    return noise === config.noise
      ? null
      : `this model’s ${scheduler} has s_noise ${config.noise}, not ${String(noise)}`;
  }
  const { toZero, clip, solver } = config;
  if (scheduler === 'DDIMScheduler' && clip !== null && c.params['eta'] !== 0)
    return `this model’s configuration clips D, and what that leaves of DDIM’s step is known for η 0 alone`;
  if (scheduler === 'UniPCMultistepScheduler' && !(toZero && solver.lowerOrderFinal))
    return `the model’s configuration has ${scheduler} end otherwise than this sampler does: ${toZero ? 'without lowering its order' : 'above σ 0'}`;
  const firstOrderEnd = solver.eulerAtFinal || (solver.lowerOrderFinal && steps < 15);
  return scheduler === 'DPMSolverMultistepScheduler' && !toZero && firstOrderEnd
    ? `${scheduler} takes a last step of first order above σ 0 there, and this sampler one of second`
    : null;
}

/**
 * The run of `steps` steps that diffusers makes of a contender on a model: as `Class.from_config(model's, **its own)`.
 * ConventionsError where there is none.
 */
export function diffusersRun(
  c: PictureContender,
  steps: number,
  { schedulerBytes, pipeline }: SchedulerSource,
): Conventions {
  const what = { what: 'scheduler_config.json', depth: 8, hint: 'Load the model again.', python: true } as const;
  const json = parseObject(schedulerBytes, what);
  const choice = choiceFor(c, json['_class_name']);
  if (typeof choice === 'string') throw new ConventionsError(choice);
  const config = parseSchedulerConfig(
    { ...json, ...choice.config },
    { as: choice.scheduler, ...(pipeline !== undefined && { pipeline }) },
  );
  const other = difference(c, config, steps);
  if (other !== null) throw new ConventionsError(other);
  if (c.schedule !== 'explicit' || config.scheduler !== CONSISTENCY) return conventionsOf(config, steps);
  if (steps !== c.steps) throw new ConventionsError(`its list of levels is of ${c.steps} steps, not ${steps}`);
  const places = placesOfLevels(c.sigmas, config);
  if (typeof places === 'string') throw new ConventionsError(places);
  return conventionsOf(config, places);
}
