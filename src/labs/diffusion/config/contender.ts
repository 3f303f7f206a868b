// Contenders on this lab's models: each model names the range of noise levels that it was made for.
import { models, type ModelId } from '../../../models/index.ts';
import * as shared from '../../../samplers/contenders/contender.ts';
import type { Contender } from './experiment.ts';

export { contenderFields, isStochastic, newContender } from '../../../samplers/contenders/contender.ts';
export type { ContenderPlan, FieldTable } from '../../../samplers/contenders/contender.ts';

export const contenderSigmas = (c: Contender, model: ModelId, steps = c.steps): number[] =>
  shared.contenderSigmas(c, models[model].range, steps);
export const contenderPlan = (c: Contender, model: ModelId, steps = c.steps): shared.ContenderPlan =>
  shared.contenderPlan(c, models[model].range, steps);
export const drawsNoise = (c: Contender, model: ModelId): boolean => shared.drawsNoise(c, models[model].range);
export const contenderNfe = (c: Contender, model: ModelId, steps: number): number =>
  shared.contenderNfe(c, models[model].range, steps);
export const stepsForBudget = (c: Contender, model: ModelId, budget: number): number =>
  shared.stepsForBudget(c, models[model].range, budget);
