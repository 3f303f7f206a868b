import { choiceField } from '../core/field.ts';
import type { Rule } from './types.ts';

export interface Learned {
  base: Rule;
  distance: 'entropy' | 'squared';
}

export const baseField = choiceField<Rule>({
  label: 'on',
  help: 'The step that is tuned: Euler’s, or Tweedie’s, which is exact for one token by itself.',
  default: 'tweedie',
  options: [
    ['tweedie', 'Tweedie'],
    ['euler', 'Euler'],
  ],
});
export const distanceField = choiceField<Learned['distance']>({
  label: 'distance',
  help: 'Of scores, which the paper leaves open. Score entropy compares their means; squares compare two runs from the same start, drawn apart, as its Algorithm 2 reads.',
  default: 'entropy',
  options: [
    ['entropy', 'score entropy'],
    ['squared', 'squares, run by run'],
  ],
});
export const PAPER = {
  title: 'Learnable Sampler Distillation for Discrete Diffusion Models',
  url: 'https://arxiv.org/abs/2509.19962',
};
