import type { ModelId } from '../../models/index.ts';
import type { Use } from '../../models/networks/types.ts';
import { exactDenoiser, exactTarget, type ExactTarget } from '../../models/target.ts';
import type { Denoiser } from '../../models/types.ts';
import { loadLearned } from './loadLearned.ts';
import type { LoadWeights, ProblemKey } from './problem.ts';

/** Class of sample i: the asked one, or every class in turn. */
export const labelOf = (label: number, classes: number, i: number): number => (label >= 0 ? label : i % classes);

/** Classes of a run's samples. */
export const labelsOf = ({ label, card, samples }: Pick<ProblemKey, 'label' | 'card' | 'samples'>): Int32Array =>
  Int32Array.from({ length: samples }, (_, i) => labelOf(label, card.classes.length, i));

/** The closed form that a problem asks for; null where a model file computes D. */
export const closedForm = ({ card, points, learned }: ProblemKey): ExactTarget | null =>
  learned ? null : exactTarget({ model: card.id as ModelId, points });

/** What a problem asks of the network in its model file. */
export const usageOf = (key: ProblemKey): Use => ({
  target: key.card.id,
  labels: labelsOf(key),
  guidance: key.guidance,
});

/** D of a problem in float64. */
export async function cpuDenoiser(key: ProblemKey, load: LoadWeights, signal: AbortSignal): Promise<Denoiser> {
  const target = closedForm(key);
  if (target) return exactDenoiser(target);
  const [learned, { info, tensors }] = await Promise.all([loadLearned(), load(key.card.folder!, signal)]);
  learned.assertDim(info, key.card.shape.dim);
  return learned.networkDenoiser(info, tensors, usageOf(key));
}
