import type { ModelId } from '../../models/index.ts';
import type { Use } from '../../models/networks/types.ts';
import { exactRoles, exactTarget, type ExactTarget, type TargetSource } from '../../models/target.ts';
import type { RoleDenoiser } from '../../models/types.ts';
import { loadLearned } from './loadLearned.ts';
import type { LoadWeights, ProblemKey } from './problem.ts';
import { besideWeaker } from './weaker.ts';

/** Class of sample i: the asked one, or every class in turn. */
export const labelOf = (label: number, classes: number, i: number): number => (label >= 0 ? label : i % classes);

/** Classes of a run's samples. */
export const labelsOf = ({
  label,
  card,
  samples,
  copies = 1,
}: Pick<ProblemKey, 'label' | 'card' | 'samples' | 'copies'>): Int32Array =>
  Int32Array.from({ length: samples }, (_, i) => labelOf(label, card.classes.length, i % (samples / copies)));

/** What a problem samples. */
export const sourceOf = ({ card, points, label }: Pick<ProblemKey, 'card' | 'points' | 'label'>): TargetSource => ({
  model: card.id as ModelId,
  points,
  label,
});

/** The closed form that a problem asks for; null where a model file computes D. */
export const closedForm = (key: ProblemKey): ExactTarget | null => (key.learned ? null : exactTarget(sourceOf(key)));

/** The weaker model's folder, where a problem needs it. */
export const weakerFolder = ({ card, weaker }: ProblemKey): string | null => (weaker && card.weak) || null;

/** What a problem asks of the network in its model file. */
export const usageOf = (key: ProblemKey): Use => ({
  target: key.card.id,
  labels: labelsOf(key),
  guidance: key.guidance,
});

/** Multiply-adds of a pass on one sample; null for a closed form. The weights are in the loader's cache by then. */
export async function workOf(key: ProblemKey, load: LoadWeights, signal: AbortSignal): Promise<number | null> {
  if (closedForm(key) || !key.card.folder) return null;
  const { info } = await load(key.card.folder, signal);
  return (await loadLearned()).workOfPass(info);
}

/** D of a problem in float64, in every role. */
export async function cpuDenoiser(key: ProblemKey, load: LoadWeights, signal: AbortSignal): Promise<RoleDenoiser> {
  const exact = key.learned ? null : exactRoles(sourceOf(key));
  if (exact) return exact;
  const { card } = key;
  const folder = weakerFolder(key);
  const [learned, ...files] = await Promise.all([
    loadLearned(),
    ...[card.folder!, ...(folder ? [folder] : [])].map((name) => load(name, signal)),
  ]);
  const denoisers = files.map(({ info, tensors }) => {
    learned.assertDim(info, card.shape.dim);
    return learned.networkDenoiser(info, tensors, usageOf(key));
  });
  return besideWeaker(denoisers[0]!, denoisers[1] ?? null, card.title);
}
