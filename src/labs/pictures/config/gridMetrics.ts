// Which metrics the cells of a grid can have: the columns of its results.
import type { GridMetric } from '../../../frame/config/grid.ts';
import type { GridSpec } from '../../../experiments/grid/types.ts';
import type { PictureCell } from './gridAxes.ts';

/** Relative distances ‖x − y‖/‖y‖ of latents, the mean over a cell's pictures. */
export const picturesMetrics: readonly GridMetric[] = [
  {
    id: 'error',
    title: 'Error',
    unit: '',
    summary:
      'Relative distance to the solution of many steps from the same noise, guided alike. None for a sampler that draws noise.',
    better: 'lower',
    log: true,
  },
  {
    id: 'baseline',
    title: 'Distance to the contender on the left',
    unit: '',
    summary:
      'Relative distance to what the contender that cells vary makes as it stands, of the same prompt and noise.',
    better: null,
    log: true,
  },
];
export type PictureMetric = 'error' | 'baseline';

/** Counts of every cell, whatever is measured. */
export const picturesCosts: readonly GridMetric[] = [
  ['nfe', 'NFE', 'Evaluations of the guided model'] as const,
  ['passes', 'Passes', 'Runs of the network: an evaluation with guidance takes two'] as const,
].map(([id, title, summary]) => ({ id, title, unit: '', summary, better: null, log: true, cost: true }));

/** Axes that leave the contender as it is. */
const OF_EXPERIMENTS = ['model', 'prompt', 'negative', 'size', 'count', 'seed', 'class', 'clip_skip'];
/** What a grid's cells are measured by: nothing that is the same in all of them. */
export const gridMetrics = (
  { experiment }: Pick<PictureCell, 'experiment'>,
  { axes }: GridSpec,
): readonly PictureMetric[] => [
  ...(experiment.reference > 0 ? (['error'] as const) : []),
  ...(axes.some(({ field }) => !OF_EXPERIMENTS.includes(field)) ? (['baseline'] as const) : []),
];
