// A contender on a published model as a plan: instructions, and what each evaluation is told.
import type { SchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import { noiseTableOf, timeOfLevel } from '../../../models/diffusers/conventions.ts';
import { amendmentAt, type Amendment } from '../../../models/diffusers/run.ts';
import { weightAt } from '../../../models/guidance.ts';
import { contenderSigmas } from '../../../samplers/contenders/contender.ts';
import { nfe, planOps, samplers } from '../../../samplers/diffusion/index.ts';
import { stridesPlan } from '../../../samplers/diffusion/strides.ts';
import type { Op, Sampler } from '../../../samplers/diffusion/types.ts';
import type { SigmaRange } from '../../../schedules/types.ts';
import type { ConventionsChoice, PictureContender } from '../config/experiment.ts';
import { diffusersRun, type SchedulerSource } from './asDiffusers.ts';

/** What one evaluation is told beside its level. */
export interface EvaluationSettings {
  /** Absent: what the model's table says of the level. */
  readonly time?: number;
  readonly guidance: number;
  readonly rescale: number;
  readonly amend: Amendment | null;
}
export interface PicturePlan {
  readonly sigmas: readonly number[];
  readonly ops: readonly Op[];
  /** One for each evaluation, in order. */
  readonly settings: readonly EvaluationSettings[];
  readonly nfe: number;
  /** Passes of the network: an evaluation that is guided takes two. */
  readonly passes: number;
  readonly stochastic: boolean;
  /** x̂ begins as a standard normal times this, and the sample is x̂ at the end times that. */
  readonly startScale: number;
  readonly endScale: number;
}

/** Beyond this σ̂ a picture is noise to every digit of float32 that a sampler could use. */
const HIGHEST = 1e5;

/** The levels that a model was made for. Pure noise at the end of a table is left out: no level is infinite. */
export function levelRange(scheduler: SchedulerConfig): SigmaRange {
  switch (scheduler.scheduler) {
    case 'CMStochasticIterativeScheduler':
      return { min: scheduler.sigmaMin, max: scheduler.sigmaMax };
    case 'FlowMatchEulerDiscreteScheduler': {
      const least = 1 / scheduler.trainSteps;
      return { min: least / (1 - least), max: (1 - least) / least };
    }
    default: {
      const table = noiseTableOf(scheduler);
      return { min: table[0]!, max: table.filter((sigma) => sigma < HIGHEST).at(-1)! };
    }
  }
}

export interface PlanFor extends SchedulerSource {
  /** A guidance weight was distilled into the network: it is told it, in one pass. */
  readonly told: boolean;
}
export interface PlanOptions {
  readonly conventions: ConventionsChoice;
  /** Number of steps, where it is not the contender's own. */
  readonly steps?: number;
  /** The level at which a noised picture starts; null starts from noise. */
  readonly from?: number | null;
}

/** Levels and instructions of a contender. Throws FormatError or ConventionsError where it has none on this model. */
function instructions(c: PictureContender, model: PlanFor, { conventions, steps = c.steps, from = null }: PlanOptions) {
  const sampler: Sampler = samplers[c.sampler];
  if (conventions === 'exact') {
    const range = levelRange(model.scheduler);
    const sigmas = contenderSigmas(c, from === null ? range : { ...range, max: from }, steps);
    return { sigmas, ops: planOps(sampler, sigmas, c.params), run: null };
  }
  const { conventions: run, params } = diffusersRun(c.sampler, steps, model);
  // As an img2img pipeline: the steps below the level are left.
  const first =
    from === null
      ? 0
      : Math.max(
          0,
          run.sigmas.findIndex((sigma) => sigma <= from),
        );
  const own = {
    sigmas: run.sigmas.slice(first),
    targets: run.targets.slice(first),
    rescale: run.rescale.slice(first),
  };
  const ops = [...stridesPlan(sampler, own, { ...c.params, ...params })];
  return { sigmas: [...own.sigmas, own.targets.at(-1)!], ops, run };
}

/** The plan of a contender on a model. Pure. */
export function picturePlan(c: PictureContender, model: PlanFor, options: PlanOptions): PicturePlan {
  const { sigmas, ops, run } = instructions(c, model, options);
  const interval = { above: c.guideAbove, upTo: c.guideUpTo };
  const settings = ops.flatMap((op): EvaluationSettings[] => {
    if (op.op !== 'eval') return [];
    const time = run && timeOfLevel(run, op.sigma);
    return [
      {
        ...(time !== null && { time }),
        guidance: model.told ? c.guidance : weightAt(c.guidance, interval, op.sigma),
        rescale: model.told ? 0 : c.rescale,
        amend: run && amendmentAt(run, op.sigma),
      },
    ];
  });
  const single = (s: EvaluationSettings) => model.told || s.guidance === 1;
  return {
    sigmas,
    ops,
    settings,
    nfe: nfe(ops),
    passes: settings.reduce((n, s) => n + (single(s) ? 1 : 2), 0),
    stochastic: ops.some((op) => op.op === 'noise'),
    startScale: run && (options.from ?? null) === null ? run.startScale : sigmas[0]!,
    endScale: run ? run.endScale : 1,
  };
}
