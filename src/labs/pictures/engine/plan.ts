// A contender on a published model as a plan: instructions, and what each evaluation is told.
import type { SchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import { noiseTableOf, timeOfLevel, type Conventions } from '../../../models/diffusers/conventions.ts';
import { amendmentAt, type Amendment } from '../../../models/diffusers/run.ts';
import { weightAt } from '../../../models/guidance.ts';
import { contenderSigmas } from '../../../samplers/contenders/contender.ts';
import { nfe, planOps, samplers } from '../../../samplers/diffusion/index.ts';
import { evaluationsOf } from '../../../samplers/diffusion/registers.ts';
import { stridesPlan, type Strides } from '../../../samplers/diffusion/strides.ts';
import type { Op, Sampler } from '../../../samplers/diffusion/types.ts';
import type { SigmaRange } from '../../../schedules/types.ts';
import type { ConventionsChoice, PictureContender } from '../config/experiment.ts';
import { ConventionsError, diffusersRun, type SchedulerSource } from './asDiffusers.ts';
import { guidedBy, whyNoPlan } from '../config/guidance.ts';
import { actsOnceAStep, assertAnswers, sideOf, type GuidedNetwork } from './guiding.ts';

export { RolesError } from './guiding.ts';

/** What one evaluation is told beside its level. */
export interface EvaluationSettings {
  /** Absent: what the model's table says of the level. */
  readonly time?: number;
  readonly guidance: number;
  readonly rescale: number;
  readonly amend: Amendment | null;
  /** The side that answers alone; as `guidance` says unless given. */
  readonly side?: string;
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
  /** Guidance acts once a step: more steps lead elsewhere, and to no one solution. */
  readonly stepwise: boolean;
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
  /** The levels that the model was made for. */
  readonly range: SigmaRange;
  /** A guidance weight was distilled into the network: it is told it, in one pass. */
  readonly told: boolean;
  readonly network: GuidedNetwork;
}
type LevelsFor = Omit<PlanFor, 'told' | 'network'>;
export interface PlanOptions {
  readonly conventions: ConventionsChoice;
  /** Number of steps, where it is not the contender's own. */
  readonly steps?: number;
  /** The level at which a noised picture starts; null starts from noise. */
  readonly from?: number | null;
}

const digits = (sigma: number) => String(Number(sigma.toPrecision(4)));

/** The levels of a run of the exact equation; those that a schedule or a list has above the start are left out. */
function exactLevels(c: PictureContender, range: SigmaRange, from: number | null, steps: number): readonly number[] {
  if (from === null) return contenderSigmas(c, range, steps);
  if (c.schedule !== 'explicit' && from <= range.min)
    throw new StartError(from, `the model was made for levels from ${digits(range.min)} up`);
  const sigmas = contenderSigmas(c, { ...range, max: from }, steps);
  return sigmas[0]! > from ? [from, ...sigmas.filter((sigma) => sigma < from)] : sigmas;
}

/** As an img2img pipeline: the steps of a run that begin at or below the level of the start. */
function stepsFrom(run: Conventions, from: number | null): Strides {
  const first = from === null ? 0 : run.sigmas.findIndex((sigma) => sigma <= from);
  if (first < 0) throw new StartError(from!, `the last of these steps begins at ${digits(run.sigmas.at(-1)!)}`);
  return {
    sigmas: run.sigmas.slice(first),
    targets: run.targets.slice(first),
    rescale: run.rescale.slice(first),
  };
}

/** A start picture with less noise than the levels of a run have. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly hint = 'Start the picture at a higher σ.';
  constructor(from: number, because: string) {
    super(`The start picture is brought to σ ${digits(from)}, and ${because}.`);
  }
}

/** A sampler that decides as it goes, by numbers that are not read back from a published model's run. */
export class OwnStepsError extends Error {
  override readonly name = 'OwnStepsError';
  readonly hint = 'Take a sampler whose steps are set, or compare it in the Diffusion lab.';
  constructor(because: string) {
    super(`${because}.`);
  }
}

/** Levels and a sampler's instructions. Throws OwnStepsError, FormatError, ConventionsError or StartError where it has none here. */
function instructions(
  c: PictureContender,
  model: LevelsFor,
  { conventions, steps = c.steps, from = null }: PlanOptions,
) {
  const sampler: Sampler = samplers[c.sampler];
  if (sampler.adaptive) throw new OwnStepsError(whyNoPlan(c)!);
  if (conventions === 'exact') {
    const sigmas = exactLevels(c, model.range, from, steps);
    return { sigmas, ops: planOps(sampler, sigmas, c.params), run: null };
  }
  const run = diffusersRun(c, steps, model);
  const own = stepsFrom(run, from);
  const ops = [...stridesPlan(sampler, own, c.params)];
  return { sigmas: [...own.sigmas, own.targets.at(-1)!], ops, run };
}

/** What a contender's noise levels come to. */
export interface LevelsInForce {
  readonly sigmas: readonly number[];
  readonly nfe: number;
  /** Whether fresh noise is drawn on the way. */
  readonly stochastic: boolean;
}
/** The levels of a contender's plan, or the sentence that says why it has none. Pure. */
export function levelsInForce(
  c: PictureContender,
  model: LevelsFor,
  options: PlanOptions,
): LevelsInForce | { readonly because: string } {
  try {
    const { sigmas, ops: own } = instructions(c, model, options);
    const ops = guidedBy(c, own);
    return { sigmas, nfe: nfe(ops), stochastic: ops.some((op) => op.op === 'noise') };
  } catch (thrown) {
    return { because: (thrown as Error).message };
  }
}

/** The plan of a contender on a model; RolesError where the network does not answer as its guidance asks. Pure. */
export function picturePlan(c: PictureContender, model: PlanFor, options: PlanOptions): PicturePlan {
  const { network } = model;
  assertAnswers(c, network);
  const { sigmas, ops: own, run } = instructions(c, model, options);
  const ops = guidedBy(c, own, (sigma) => network.skip(sigma));
  const interval = { above: c.guideAbove, upTo: c.guideUpTo };
  const settings = ops.flatMap(evaluationsOf).map((e): EvaluationSettings => {
    const time = run && timeOfLevel(run, e.sigma);
    const amend = run && amendmentAt(run, e.sigma);
    const told = { ...(time !== null && { time }), amend };
    const side = sideOf(c, e, network);
    if (side !== undefined) {
      if (amend)
        throw new ConventionsError(
          'its scheduler changes D before a step, and how that goes with guidance other than CFG is not known',
        );
      return { ...told, guidance: 1, rescale: 0, side };
    }
    return {
      ...told,
      guidance: model.told ? c.guidance : weightAt(c.guidance, interval, e.sigma),
      rescale: model.told ? 0 : c.rescale,
    };
  });
  const single = (s: EvaluationSettings) => s.side !== undefined || model.told || s.guidance === 1;
  return {
    sigmas,
    ops,
    settings,
    nfe: nfe(ops),
    passes: settings.reduce((n, s) => n + (single(s) ? 1 : 2), 0),
    stochastic: ops.some((op) => op.op === 'noise'),
    stepwise: actsOnceAStep(c, own),
    startScale: run && (options.from ?? null) === null ? run.startScale : sigmas[0]!,
    endScale: run ? run.endScale : 1,
  };
}
