import type { PicturesExperiment } from './experiment.ts';

/** What an experiment must have for diffusers to make the same pictures: its conventions, and noise that it can name. */
export const asDiffusers = ({ noise }: PicturesExperiment): Pick<PicturesExperiment, 'conventions' | 'noise'> => ({
  conventions: 'diffusers',
  noise: noise === 'ours' ? 'torch-cpu' : noise,
});
