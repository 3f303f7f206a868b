import { requireKind } from '../../formats/modelJson.ts';
import { empiricalDenoiser } from '../../models/empirical.ts';
import type { ModelId } from '../../models/index.ts';
import { loadDataset } from '../../models/networks/dataset.ts';
import { ditDenoiser, loadDit } from '../../models/networks/dit.ts';
import { loadMlp2d, mlp2dDenoiser } from '../../models/networks/mlp2d.ts';
import { exactDenoiser, exactTarget } from '../../models/target.ts';
import type { Denoiser } from '../../models/types.ts';
import type { LoadWeights, ProblemKey } from './problem.ts';

/** Class of sample i: the asked one, or every class in turn. */
export const labelOf = (label: number, classes: number, i: number): number => (label >= 0 ? label : i % classes);

/** Classes of a run's samples. */
export const labelsOf = ({ label, card, samples }: Pick<ProblemKey, 'label' | 'card' | 'samples'>): Int32Array =>
  Int32Array.from({ length: samples }, (_, i) => labelOf(label, card.classes.length, i));

/** D of a problem in float64. */
export async function cpuDenoiser(key: ProblemKey, load: LoadWeights, signal: AbortSignal): Promise<Denoiser> {
  const { card } = key;
  switch (card.kind) {
    case 'mixture':
    case 'points':
    case 'drawn': {
      if (!key.learned) return exactDenoiser(exactTarget({ model: card.id as ModelId, points: key.points })!);
      const { info, tensors } = await load(card.folder!, signal);
      return mlp2dDenoiser(loadMlp2d(requireKind(info, 'mlp2d').architecture, tensors, card.id));
    }
    case 'dataset': {
      const { info, tensors } = await load(card.folder!, signal);
      return empiricalDenoiser(loadDataset(requireKind(info, 'dataset').architecture, tensors).points);
    }
    case 'dit': {
      const { info, tensors } = await load(card.folder!, signal);
      return ditDenoiser(loadDit(requireKind(info, 'dit').architecture, tensors), labelsOf(key), key.guidance);
    }
    default:
      return card.kind satisfies never;
  }
}
