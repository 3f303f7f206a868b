// The runs of a search for the best contender on a published model: its error to the solution of many steps, seed by seed.
import { throwIfCancelled } from '../../../core/cancel.ts';
import { assertSound, attempts } from '../../../engine/diffusion/attempts.ts';
import { searchNews, type SearchProgress } from '../../../engine/searchNews.ts';
import { searchBest, type Found } from '../../../experiments/search/search.ts';
import {
  initialSettings,
  neighbourSettings,
  type SettingOf,
  type SpaceOf,
} from '../../../samplers/contenders/searchSpace.ts';
import { stepsForBudget } from '../../../samplers/contenders/contender.ts';
import type { SamplerId } from '../../../samplers/diffusion/index.ts';
import type { ScheduleId } from '../../../schedules/index.ts';
import { formatContender } from '../config/contender.ts';
import type { PictureContender, PicturesExperiment } from '../config/experiment.ts';
import type { Bench } from './bench.ts';
import { sidesOf } from './guiding.ts';
import { givenNumbers, givenRegisters, type StartLatents } from './noise.ts';
import { picturePlan } from './plan.ts';
import { copiesOf, NO_SOLUTION, pairedErrors, solveReference } from './run.ts';

export type PictureSetting = SettingOf<PictureContender>;
export interface BestAsk {
  /** Its first contender is the baseline, with as many steps as the evaluations pay for; all are guided as it is. */
  readonly experiment: PicturesExperiment;
  readonly space: {
    readonly nfe: number;
    readonly samplers: readonly SamplerId[];
    readonly schedules: readonly ScheduleId[];
  };
  /** Runs in all, solutions of many steps apart. */
  readonly runs: number;
}
export type BestEvent =
  | SearchProgress<PictureSetting>
  /** A setting that gave no number, with the reason. */
  | { readonly kind: 'failed'; readonly setting: PictureSetting; readonly because: string };

/** Settings that reach the validation, seeds of the first rung and of the validation, rounds of moves. */
export const BEST = { keep: 4, seeds: 2, validation: 8, rounds: 2 } as const;

/** Steps of the solution that errors are measured against: well beyond what any setting may take. */
export const solutionSteps = (reference: number, nfe: number): number => Math.max(reference, 4 * nfe);

/** The space of a model's levels; contenders have the guidance of `like`. */
function spaceOn(
  bench: Bench,
  like: PictureContender,
  from: number | null,
  { nfe, samplers, schedules }: BestAsk['space'],
): SpaceOf<PictureContender> {
  const { guidance, rescale, guideAbove, guideUpTo, guide } = like;
  const { range } = bench.planFor;
  const levels = from === null ? range : { ...range, max: from };
  return {
    samplers,
    schedules,
    settingOf(c) {
      // Guidance asks for more answers of an evaluation, and for no more evaluations.
      const plain: PictureContender & { guide?: unknown } = { ...c };
      delete plain.guide;
      const steps = stepsForBudget(plain, levels, nfe);
      const paid = { ...c, steps };
      return steps === 0 ? null : { key: formatContender(paid, guidance), contender: paid };
    },
    dress: (c) => ({ ...c, guidance, rescale, guideAbove, guideUpTo, ...(guide && { guide }) }),
  };
}

const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;

/**
 * Runs until the finalists are told apart, or cannot be. Seeds follow the experiment's own; the value of a run is the mean
 * relative error of its pictures, and errors are compared by their logarithms.
 */
export async function findBest(
  bench: Bench,
  { experiment, space: asked, runs }: BestAsk,
  startOf: (e: PicturesExperiment) => Promise<StartLatents | null>,
  emit: (event: BestEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<Found<PictureSetting>> {
  const e = { ...experiment, reference: solutionSteps(experiment.reference, asked.nfe) };
  const like = e.contenders[0]!;
  const from = e.start?.sigma ?? null;
  const space = spaceOn(bench, like, from, asked);
  const model = bench.planFor;
  const start = await startOf(e);
  const needs = {
    copies: copiesOf([like], model.told),
    sides: sidesOf([like], model.network),
    givenRegisters: givenRegisters(e, new Map(), start),
  };
  const { problem } = await bench.prepare(e, needs, signal);
  const news = searchNews<PictureSetting>(runs, emit);
  let spent = 0;
  const search = searchBest<PictureSetting>(
    {
      initial: initialSettings(space),
      baseline: space.settingOf(like),
      neighbours: (of, round) => neighbourSettings(of, round, space),
      better: 'lower',
      log: true,
      runs,
      ...BEST,
    },
    news.told,
  );

  /** Solutions by seed: all settings are guided alike, so they share them. Those of past rungs are asked for again. */
  const solutions = new Map<number, Float32Array>();
  const valueOf = async ({ contender }: PictureSetting, seed: number): Promise<number> => {
    const own = { ...e, seed, contenders: [contender] };
    const plan = picturePlan(contender, model, { conventions: e.conventions, from });
    assertSound(plan.ops, plan.sigmas.length - 1);
    if (plan.stochastic) throw new Error('it draws fresh noise, so the same start has no one right end');
    if (plan.stepwise) throw new Error(NO_SOLUTION);
    let solution = solutions.get(seed);
    if (!solution) {
      solution = await solveReference(bench, own, contender, start, problem, signal);
      solutions.set(seed, solution);
    }
    const { x } = await problem.run({ plan, seed, given: givenNumbers(own, contender, start, problem), signal });
    return mean(pairedErrors(x, solution, e.count));
  };

  // Pictures with generators of their own take as many seeds as there are pictures.
  const stride = e.noise !== 'ours' && e.perPicture ? e.count : 1;
  let next = search.next();
  while (!next.done) {
    throwIfCancelled(signal);
    const { candidate, seed } = next.value;
    const trying = attempts(({ because }) => emit({ kind: 'failed', setting: candidate, because }), alive);
    const value = await trying.of(0, () => valueOf(candidate, (e.seed + seed * stride) >>> 0));
    spent++;
    news.ran();
    next = search.next(value ?? null);
  }
  return { ...next.value, spent };
}
