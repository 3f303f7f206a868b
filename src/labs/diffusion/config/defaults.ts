import { modelCard, type ModelId } from '../../../models/index.ts';
import { newContender } from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';
import { defaultBudgets, experimentFields } from './fields.ts';

/** The first comparison on a model: four samplers at (nearly) the same cost of about a dozen evaluations. */
export function defaultContenders(model: ModelId): readonly Contender[] {
  const point = modelCard(model).shape.kind === 'point';
  return point
    ? [newContender('euler', 12), newContender('heun', 6), newContender('dpmpp_2m', 12), newContender('ipndm', 12)]
    : [newContender('euler', 8), newContender('heun', 4), newContender('dpmpp_2m', 8), newContender('unipc', 8)];
}

/** An experiment on a model with everything at its default. */
export function defaultExperiment(model: ModelId = 'ring8'): Experiment {
  const f = experimentFields(model);
  return {
    model,
    learned: false,
    points: [],
    seed: f.seed.default,
    samples: f.samples.default,
    guidance: f.guidance.default,
    label: f.label.default,
    contenders: defaultContenders(model),
    budgets: defaultBudgets(model),
    seeds: f.seeds.default,
    kernels: {},
  };
}
