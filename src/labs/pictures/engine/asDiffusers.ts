// The switch “as diffusers”: which scheduler there is a sampler here, and with which settings.
import { parseSchedulerConfig, type SchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import type { SchedulerClass } from '../../../formats/diffusers/schedulerTypes.ts';
import type { ParamValue } from '../../../core/field.ts';
import { conventionsOf, type Conventions } from '../../../models/diffusers/conventions.ts';
import type { SamplerId } from '../../../samplers/diffusion/index.ts';

/** Samplers whose whole runs are compared with diffusers' (engine/diffusion/pipelines.test.ts). */
const schedulers = {
  euler: 'EulerDiscreteScheduler',
  ddim: 'DDIMScheduler',
  dpmpp_2m: 'DPMSolverMultistepScheduler',
  unipc: 'UniPCMultistepScheduler',
  lcm: 'LCMScheduler',
  consistency: 'CMStochasticIterativeScheduler',
} as const satisfies Partial<Record<SamplerId, SchedulerClass>>;

/** The class of diffusers that does what a sampler does; undefined where none was compared. */
export const schedulerOf = (sampler: SamplerId): SchedulerClass | undefined =>
  Object.hasOwn(schedulers, sampler) ? schedulers[sampler as keyof typeof schedulers] : undefined;

/** A contender that cannot be run under diffusers' conventions. */
export class ConventionsError extends Error {
  override readonly name = 'ConventionsError';
  readonly hint = `Take ${Object.keys(schedulers).join(', ')}; or choose the exact conventions, under which every sampler runs.`;
}

export interface SchedulerSource {
  readonly scheduler: SchedulerConfig;
  /** scheduler_config.json as it stands. */
  readonly schedulerBytes: Uint8Array;
  /** Class of the pipeline, from model_index.json. */
  readonly pipeline?: string;
}

/** Settings of the sampler that the file states for its scheduler. */
function statedBy(config: SchedulerConfig): Readonly<Record<string, ParamValue>> {
  switch (config.scheduler) {
    case 'UniPCMultistepScheduler':
      return { order: config.solver.order, variant: config.solver.type };
    case 'CMStochasticIterativeScheduler':
      return { sigma_min: config.sigmaMin, s_noise: config.noise };
    default:
      return {};
  }
}

/** What the sampler's own formulas do not cover of a solver's settings. */
function assertSame(config: SchedulerConfig): void {
  if (config.scheduler !== 'DPMSolverMultistepScheduler') return;
  const { order, algorithm, type } = config.solver;
  if (order !== 2 || algorithm !== 'dpmsolver++' || type !== 'midpoint')
    throw new ConventionsError(
      `The model’s configuration makes of DPMSolverMultistepScheduler ${algorithm} of order ${order} with ${type}; DPM++ 2M is dpmsolver++ of order 2 with midpoint.`,
    );
}

const flowOnly = 'FlowMatchEulerDiscreteScheduler';

/**
 * The run of `steps` steps that diffusers makes of a sampler on this model: as `Class.from_config(model.scheduler)`.
 * ConventionsError where there is none.
 */
export function diffusersRun(
  sampler: SamplerId,
  steps: number,
  { scheduler, schedulerBytes, pipeline }: SchedulerSource,
): { readonly conventions: Conventions; readonly params: Readonly<Record<string, ParamValue>> } {
  const ofFlow = scheduler.scheduler === flowOnly;
  const as = ofFlow && sampler === 'euler' ? flowOnly : schedulerOf(sampler);
  const ofConsistency = scheduler.scheduler === 'CMStochasticIterativeScheduler';
  if (!as || (ofFlow && as !== flowOnly) || ofConsistency !== (as === 'CMStochasticIterativeScheduler'))
    throw new ConventionsError(
      as
        ? `${as} cannot read the configuration of this model’s ${scheduler.scheduler}.`
        : `No scheduler of diffusers was compared with ${sampler}.`,
    );
  const config = parseSchedulerConfig(schedulerBytes, { as, ...(pipeline !== undefined && { pipeline }) });
  assertSame(config);
  return { conventions: conventionsOf(config, steps), params: statedBy(config) };
}
