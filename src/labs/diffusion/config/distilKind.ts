// Distillation as its view has it: models, fields and rows. Its text is read by rowed.ts.
import { choiceField, numberField } from '../../../core/field.ts';
import type { DistilMove } from '../../../distil/distil.ts';
import { distilMethodIds, distilMethods, type DistilMethodId } from '../../../distil/index.ts';
import { optimisers } from '../../../math/descents.ts';
import { mixtures } from '../../../models/definitions.ts';
import { modelCard, modelIds, type ModelId } from '../../../models/index.ts';
import { newRow, type FieldTable, type RowedKind, type RowedRow } from './rowed.ts';
import { isPlane } from './taskSetup.ts';

/** Bundled models; of a drawn target nothing is known before it is drawn. */
const models: readonly ModelId[] = modelIds.filter((id) => modelCard(id).kind !== 'drawn');

/** The modes that can be told as a reference: components of a mixture, classes of a network; none elsewhere. */
export function modesOf(model: ModelId): readonly string[] {
  const card = modelCard(model);
  if (!(model in mixtures)) return card.kind === 'network' ? card.classes : [];
  const { means, weights } = mixtures[model as keyof typeof mixtures]();
  const at = (v: number) => Number(v.toFixed(1)).toString();
  return Array.from(weights, (_, k) => `(${at(means[2 * k]!)}, ${at(means[2 * k + 1]!)})`);
}

const MOST_STEPS = 5000;
function fields(id: string): FieldTable {
  const model = id as ModelId;
  const plane = isPlane(model);
  const card = modelCard(model);
  const modes = modesOf(model);
  const named = (names: readonly string[]) => names.map((name, i) => [String(i), name] as const);
  return {
    n: numberField({
      label: plane ? 'Particles' : 'Images',
      help: 'How many are moved together; of pictures each is a particle.',
      default: plane ? 64 : 16,
      min: 1,
      max: plane ? 512 : 64,
      integer: true,
    }),
    steps: numberField({
      label: 'Steps',
      help: 'Steps of the optimiser.',
      default: plane ? 1000 : 200,
      min: 1,
      max: MOST_STEPS,
      integer: true,
      log: true,
    }),
    seed: numberField({
      label: 'Seed',
      help: 'Where particles start, and the noise and the level of each step: the same for all methods.',
      default: 0,
      min: 0,
      max: 0xffffffff,
      integer: true,
    }),
    low: numberField({
      label: 'σ from',
      help: 'The smallest noise level that a step may draw; levels are drawn log-uniform.',
      default: plane ? 0.1 : 0.2,
      min: 0.01,
      max: 80,
      log: true,
    }),
    high: numberField({
      label: 'σ to',
      help: 'The largest one.',
      default: plane ? 3 : 5,
      min: 0.01,
      max: 80,
      log: true,
    }),
    spread: numberField({
      label: 'Start width',
      help: 'Standard deviation of the normals that particles start from.',
      default: plane ? 1 : 0.5,
      min: 0.01,
      max: 20,
      log: true,
    }),
    ...(modes.length > 0 && {
      ref: choiceField({
        label: 'Reference',
        help: 'The mode that guided methods are told: a component, or a class.',
        default: '0',
        options: named(modes),
      }),
    }),
    ...(card.kind === 'network' && {
      class: choiceField({
        label: 'Class',
        help: 'What unguided methods are told: one class for all pictures, or the classes in turn.',
        default: 'all',
        options: [['all', 'all in turn'], ...named(card.classes)] as [string, string][],
      }),
    }),
    ...(card.guidance && {
      w: numberField({
        label: 'Guidance w',
        help: 'How hard the class is pushed: D = D_null + w·(D_class − D_null), in every evaluation of the model itself.',
        default: 7.5,
        min: 0,
        max: 100,
        step: 0.5,
      }),
    }),
  };
}

const moveFields = (plane: boolean) =>
  ({
    optimiser: choiceField({
      label: 'optimiser',
      help: 'What makes steps of gradients.',
      default: plane ? 'sgd' : 'adam',
      options: (['sgd', 'adam'] as const).map((id) => [id, optimisers[id].title] as const),
    }),
    rate: numberField({
      label: 'rate',
      help: 'Learning rate: of SGD it multiplies the gradient, of Adam it is about the length of a step.',
      default: plane ? 0.02 : 0.03,
      min: 0.0001,
      max: 1,
      log: true,
    }),
    weight: choiceField({
      label: 'weight',
      help: 'What a gradient counts by its level: all alike, or with σ, so that all levels push alike in data units.',
      default: 'one',
      options: [
        ['one', 'unweighted'],
        ['sigma', 'weighted by σ'],
      ],
    }),
    window: numberField({
      label: 'window',
      help: 'DreamPropeller: steps that are worked on at once, each as good as a device of its own. 1: one after another.',
      default: 1,
      min: 1,
      max: 32,
      integer: true,
    }),
    threshold: numberField({
      label: 'threshold',
      help: 'Mean square by which a guess of the window may be off and still be built on; 0 is the sequence exactly.',
      default: 1e-6,
      min: 0,
      max: 1,
      step: 1e-6,
    }),
    keep: numberField({
      label: 'threshold kept',
      help: 'The threshold follows the median of the errors by the rest of this share, as in the paper; 1 leaves it as it is.',
      default: 1,
      min: 0,
      max: 1,
      step: 0.05,
    }),
  }) as const;
/** A row's parameters as descent takes them. */
export const moveOf = ({ params }: RowedRow): DistilMove => params as unknown as DistilMove;

export const distilKind: RowedKind = {
  title: 'Distillation',
  models: models.map((id) => modelCard(id)),
  fields,
  methods: distilMethodIds,
  method: (id) => distilMethods[id as DistilMethodId],
  rowFields: (method, model) => ({
    ...(distilMethods[method as DistilMethodId].params as FieldTable),
    ...moveFields(isPlane(model as ModelId)),
  }),
  means({ params }, key) {
    if (key === 'bandwidth') return params['critic'] === 'empirical';
    return params['window'] !== 1 || (key !== 'threshold' && key !== 'keep');
  },
  defaultRows(model) {
    const row = (method: DistilMethodId, params = {}) => newRow(distilKind, model, method, params);
    const guided = modesOf(model as ModelId).length > 0;
    return [
      row('sds'),
      row('vsd', { critic: 'gaussian' }),
      row('vsd', isPlane(model as ModelId) ? {} : { bandwidth: 8 }),
      ...(guided ? [row('isd')] : []),
    ];
  },
  mostRows: 6,
  figures: {
    spread: {
      title: 'spread',
      help: 'Standard deviation of the particles around their mean, over all numbers: what collapse takes away.',
      better: null,
    },
    mean_x: { title: 'mean x', help: 'Mean of the particles along the first axis.', better: null },
    mean_y: { title: 'mean y', help: 'Mean of the particles along the second axis.', better: null },
    within: {
      title: 'within modes',
      help: 'The same around the mean of each particle’s own mode.',
      better: null,
    },
    modes: {
      title: 'modes',
      help: 'Modes, or classes as the feature net sees them, that at least one particle is in.',
      better: 'higher',
    },
    told: { title: 'in the reference', help: 'Share of particles in the mode of the reference.', better: null },
    sw1: {
      title: 'SW₁ to the law',
      help: 'Sliced Wasserstein distance between the particles and 2,048 fresh samples of the target.',
      better: 'lower',
    },
    off: {
      title: 'off the sequence',
      help: 'Of a window: the largest difference of a number from the row that makes the same steps one after another, where both stand at the same step.',
      better: 'lower',
    },
    nearest: {
      title: 'nearest real picture',
      help: 'Root mean square distance of a pixel to the nearest of the bundled pictures, mean over particles.',
      better: 'lower',
    },
  },
};
