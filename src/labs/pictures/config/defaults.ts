import type { SamplerId } from '../../../samplers/diffusion/index.ts';
import { newPictureContender } from './contender.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { picturesFields } from './fields.ts';
import { DEFAULT_SOURCE, kindOf, openings, type ModelKind, type ModelSource } from './model.ts';

/** What distilled models were trained for: equal steps of the training time, from the noisiest on. */
const trailing = (sampler: SamplerId, kind: ModelKind) =>
  newPictureContender(sampler, openings[kind].steps, openings[kind].guidance, 'uniform');
const karras = (sampler: SamplerId, kind: ModelKind) =>
  newPictureContender(sampler, openings[kind].steps, openings[kind].guidance);

/** The first comparison on a kind of model, at one number of steps and one guidance. */
export function contendersOf(kind: ModelKind): readonly PictureContender[] {
  switch (kind) {
    case 'lcm':
      return [trailing('lcm', kind), trailing('euler', kind)];
    case 'turbo':
      return [trailing('euler', kind), trailing('euler_ancestral', kind), trailing('lcm', kind)];
    case 'consistency':
      return [karras('consistency', kind), karras('euler', kind)];
    default:
      return (['dpmpp_2m', 'unipc', 'euler', 'ddim'] as const).map((sampler) =>
        sampler === 'ddim' ? trailing(sampler, kind) : karras(sampler, kind),
      );
  }
}
export const defaultContenders = (model: ModelSource): readonly PictureContender[] => contendersOf(kindOf(model));

/** An experiment on a model with everything at its default. */
export function defaultPictures(model: ModelSource = DEFAULT_SOURCE): PicturesExperiment {
  const opening = openings[kindOf(model)];
  const f = picturesFields(opening);
  return {
    model,
    format: f.format.default,
    prompt: opening.prompt,
    negative: '',
    clipSkip: f.clipSkip.default,
    label: f.label.default,
    width: f.width.default,
    height: f.height.default,
    count: f.count.default,
    seed: f.seed.default,
    noise: f.noise.default,
    perPicture: f.perPicture.default,
    conventions: f.conventions.default,
    start: null,
    contenders: defaultContenders(model),
    reference: f.reference.default,
    budgets: opening.budgets,
    kernels: {},
  };
}
