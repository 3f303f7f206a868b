// Contenders on this lab's models: each model names the range of noise levels that it was made for.
import { modelCard, models, type ModelId } from '../../../models/index.ts';
import * as shared from '../../../samplers/contenders/contender.ts';
import type { Contender } from './experiment.ts';

export {
  choosesCost,
  choosesSteps,
  contenderFields,
  isStochastic,
  nearBudget,
  newContender,
} from '../../../samplers/contenders/contender.ts';
export type { ContenderPlan, FieldTable } from '../../../samplers/contenders/contender.ts';

/** What a plan is made for on a model. */
export const planFor = (model: ModelId): shared.PlanFor => {
  const { range, network, halves, shape } = modelCard(model);
  return {
    ...range,
    ...(network && { network }),
    ...(halves && shape.kind === 'image' && { halves: { height: shape.height, width: shape.width } }),
  };
};

/** What solves a model as exactly as it gets here. */
export function referenceContender(model: ModelId): Contender {
  const { sampler, steps } = models[model].reference;
  return shared.newContender(sampler, steps, 'exponential', sampler === 'unipc' ? { order: 3 } : {});
}

export const contenderSigmas = (c: Contender, model: ModelId, steps = c.steps): number[] =>
  shared.contenderSigmas(c, models[model].range, steps);
/** A budget of evaluations to begin with: what a contender spends, or is likely to. */
export const usualBudget = (c: Contender, model: ModelId): number => expectedNfe(c, model);
export const contenderPlan = (c: Contender, model: ModelId, steps = c.steps): shared.ContenderPlan =>
  shared.contenderPlan(c, planFor(model), steps);
export const drawsNoise = (c: Contender, model: ModelId): boolean => shared.drawsNoise(c, planFor(model));
export const contenderNfe = (c: Contender, model: ModelId, steps: number): number =>
  shared.contenderNfe(c, planFor(model), steps);
export const expectedNfe = (c: Contender, model: ModelId, steps?: number): number =>
  shared.expectedNfe(c, planFor(model), steps);
export const stepsForBudget = (c: Contender, model: ModelId, budget: number): number =>
  shared.stepsForBudget(c, planFor(model), budget);
