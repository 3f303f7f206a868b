import { booleanField, numberField, type BooleanField, type NumberField } from '../../../core/field.ts';
import { models, wholeWithoutClass, type ModelId } from '../../../models/index.ts';
import type { ModelCard } from '../../../models/types.ts';

export { MAX_CONTENDERS, MAX_STEPS, stepsField } from '../../../samplers/contenders/fields.ts';

export const MAX_POINTS = 4096;
export const MAX_BUDGETS = 24;

/** The scalar fields that all contenders share; ranges depend on the model. */
export interface SharedFields {
  readonly seed: NumberField;
  readonly samples: NumberField;
  readonly guidance: NumberField;
  readonly label: NumberField;
  readonly seeds: NumberField;
  readonly learned: BooleanField;
}

/** Fields of an experiment on one model. */
export function experimentFields(model: ModelId): SharedFields {
  const card: ModelCard = models[model];
  return {
    seed: numberField({
      label: 'Seed',
      help: 'Numbers the noise: the same seed gives every sampler the same starting points.',
      default: 0,
      min: 0,
      max: 2 ** 32 - 1,
      integer: true,
    }),
    samples: numberField({
      label: 'Samples',
      help: 'How many samples each contender draws; sample i has the same noise whatever the number.',
      default: card.samples.default,
      min: 1,
      max: card.samples.max,
      integer: true,
      log: true,
    }),
    guidance: numberField({
      label: 'Guidance',
      default: 1,
      min: card.guidance ? 0 : 1,
      max: card.guidance ? 10 : 1,
      step: 0.1,
      help: 'Classifier-free guidance weight: 1 is the plain conditional model, more pushes towards the class and doubles the cost.',
    }),
    label: numberField({
      label: 'Class',
      help: wholeWithoutClass(card)
        ? 'Which part of the target to draw; −1 takes all of it.'
        : 'Which class to draw; −1 takes every class in turn.',
      default: -1,
      min: -1,
      max: Math.max(-1, card.classes.length - 1),
      integer: true,
    }),
    seeds: numberField({
      label: 'Seeds per point',
      help: 'Repeats of every sweep point with other noise, for the error bars.',
      default: card.shape.kind === 'point' ? 3 : 1,
      min: 1,
      max: 10,
      integer: true,
    }),
    learned: booleanField({
      label: 'Learned denoiser',
      help: 'Use a small trained network instead of the exact formula: what remains at many steps is the network’s own error.',
      default: false,
    }),
  };
}

/** NFE budgets of a model's sweep when the reader chose none. */
export function defaultBudgets(model: ModelId): readonly number[] {
  return (models[model] as ModelCard).shape.kind === 'point' ? [4, 8, 12, 16, 24, 32, 48] : [4, 6, 8, 12, 16, 24];
}
