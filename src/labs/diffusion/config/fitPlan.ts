// What a fit is of: the contender that it begins from, and what it will cost. Pure, so that the page can say it beforehand.
import { defaults, type AnyField, type ParamValue } from '../../../core/field.ts';
import { models, type ModelId } from '../../../models/index.ts';
import { isListed } from '../../../samplers/diffusion/index.ts';
import { optimisers, type OptimiserId } from '../../../optimisers/index.ts';
import { parseBeginning } from '../../../samplers/contenders/beginning.ts';
import { unfitted, type FitRecipe } from '../../../samplers/contenders/fitted.ts';
import type { ScheduleOptimiser } from '../../../optimisers/types.ts';
import {
  choosesSteps,
  contenderNfe,
  contenderPlan,
  contenderSigmas,
  newContender,
  referenceContender,
  stepsForBudget,
} from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';

export type FitParams = Readonly<Record<string, ParamValue>>;
export const optimiserOf = (id: OptimiserId): ScheduleOptimiser => optimisers[id];

/** Parameters as given, the rest as suits the model. */
export function fitParams(id: OptimiserId, model: ModelId, given: FitParams = {}): FitParams {
  const method = optimiserOf(id);
  const usual = defaults(method.params) as FitParams;
  const slow = models[model].shape.kind === 'image' ? (method.forImages as FitParams | undefined) : undefined;
  return { ...usual, ...slow, ...given };
}

/** Of a method's parameters, as text, those that are others than suit the model: what a recipe must say. */
export function recipeParams(id: OptimiserId, model: ModelId, given: FitParams): Readonly<Record<string, string>> {
  const usual = fitParams(id, model);
  return Object.fromEntries(
    Object.entries<AnyField>(optimiserOf(id).params as never)
      .filter(([key]) => given[key] !== undefined && given[key] !== usual[key])
      .map(([key, field]) => [key, field.format(given[key] as never)]),
  );
}

/** A recipe's parameters as values; what the method does not have, or does not take, is as suits the model. */
export const paramsOf = ({ by, params = {} }: FitRecipe): FitParams =>
  Object.fromEntries(
    Object.entries<AnyField>(optimiserOf(by).params as never).flatMap(([key, field]) => {
      const value = Object.hasOwn(params, key) ? field.parse(params[key]!) : undefined;
      return value === undefined ? [] : [[key, value]];
    }),
  );

/**
 * The contender that a fit begins from: the given one with nothing of an earlier fit but its levels, and where that was by the same
 * method not even these, so that its recipe gives it again; or, where the method tunes a sampler of its own, that sampler with
 * the steps that the same evaluations buy. Or why there is nothing to fit.
 */
export function fitStart(c: Contender, id: OptimiserId, model: ModelId): Contender | { readonly refused: string } {
  const method = optimiserOf(id);
  if (choosesSteps(c))
    return {
      refused: 'This sampler chooses its own steps by its tolerances: there are none to fit. Take another sampler.',
    };
  if (!isListed(c.sampler))
    return {
      refused:
        'What this sampler does is known only as it runs, and a fit looks at it beforehand. Take another sampler.',
    };
  const plain = { ...unfitted(c), ...whereItBegan(c, id) };
  const budget = contenderNfe(plain, model, c.steps);
  let from: Contender = plain;
  if (method.sampler && c.sampler !== method.sampler) {
    const own: Contender = { ...plain, sampler: method.sampler, params: newContender(method.sampler, 1).params };
    const steps = Math.max(1, stepsForBudget(own, model, budget));
    from =
      own.schedule === 'explicit' ? { ...own, sigmas: contenderSigmas(own, model, steps), steps } : { ...own, steps };
  } else if (method.sampler === 'bespoke') from = { ...plain, params: newContender('bespoke', 1).params };
  else if (method.sampler === 'pcm') from = { ...plain, params: { ...plain.params, numbers: '' } };
  if (contenderSigmas(from, model).at(-1) !== 0)
    return { refused: 'Its levels do not end at 0, where every fit ends. Add a level 0, or take a schedule.' };
  if (method.needsEnds && contenderPlan(from, model).stochastic)
    return {
      refused: `${method.title} looks at where runs end, and this sampler draws noise on the way. Set its η to 0, or take another sampler or method.`,
    };
  if (method.needsEnds && contenderPlan(from, model).stepwise)
    return {
      refused: `${method.title} compares ends with a solution of many steps, and this guidance has none: it acts once a step.`,
    };
  return from;
}

/** The schedule that a contender's levels were found from, by this very method; nothing where they are its own. */
function whereItBegan(c: Contender, id: OptimiserId): Partial<Contender> {
  const { fit } = c;
  const same = fit?.by === id && fit.sampler === c.sampler && fit.steps === c.steps && c.schedule === 'explicit';
  const begun = same ? parseBeginning(fit.from) : null;
  return begun ? { ...begun, sigmas: [] } : {};
}

/** Starts that a fit of a closed form trains on, and as many that it holds out. */
export const PLANE_STARTS = 64;
/** Samples of a fit's runs: a closed form in the plane is answered by the processor, a network as the page runs it. */
export const fitSamples = (e: Pick<Experiment, 'model' | 'learned' | 'samples'>): number =>
  onProcessor(e) ? PLANE_STARTS : e.samples;
export const onProcessor = ({ model, learned }: Pick<Experiment, 'model' | 'learned'>): boolean =>
  !learned && models[model].shape.kind === 'point';
/** Seeds of the verdict: of fresh starts about four hundred, of images two batches. */
export const freshRounds = (e: Pick<Experiment, 'model' | 'learned' | 'samples'>): number =>
  models[e.model].shape.kind === 'image' ? 2 : Math.min(6, Math.ceil(384 / fitSamples(e)));

/**
 * Evaluations that a fit of `original` will spend on each sample, at most: the search, the solutions that its ends are held
 * against, and the verdict on fresh starts.
 */
export function fitEvaluations(
  e: Pick<Experiment, 'model' | 'learned' | 'samples'>,
  original: Contender,
  id: OptimiserId,
  given: FitParams,
): number {
  const from = fitStart(original, id, e.model);
  if ('refused' in from) return 0;
  const reference = referenceContender(e.model);
  const solving = contenderNfe(reference, e.model, reference.steps);
  const method = optimiserOf(id);
  const size = { steps: from.steps, nfe: contenderNfe(from, e.model, from.steps) };
  const before = contenderNfe(original, e.model, original.steps);
  const solved = method.needsEnds ? 2 : 0;
  const judging = contenderPlan(original, e.model).stochastic ? 0 : freshRounds(e) * (solving + before + size.nfe);
  return (
    method.evaluations(size, fitParams(id, e.model, given)) +
    (id === 'ays_computed' ? solving : 0) +
    solved * solving +
    judging
  );
}
