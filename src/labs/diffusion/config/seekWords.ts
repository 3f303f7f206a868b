// What the page and its files call things of a noise search.
import { metricFacts, type MetricId } from '../../../metrics/samples/facts.ts';
import type { MetricFacts } from '../../../metrics/samples/types.ts';
import { searches } from '../../../search/index.ts';
import type { NoiseSearch } from '../../../search/types.ts';
import { verifiers, type VerifierId } from '../../../search/verifiers/index.ts';
import type { Verifier } from '../../../search/verifiers/types.ts';
import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { modelCard } from '../../../models/index.ts';
import { searchFields, verifierFields, type SearchId, type SeekRow, type SeekSetup } from './seekSetup.ts';

export interface SecondFacts {
  readonly title: string;
  readonly help: string;
  readonly better: 'lower' | 'higher' | null;
}
type OfPictures = 'class_entropy' | 'feature_distance' | 'spread';
export type SecondId = MetricId | OfPictures;
const ofPictures: Readonly<Record<OfPictures, SecondFacts>> = {
  feature_distance: {
    title: 'Feature distance',
    help: 'How far the mean of the pictures’ features is from that of real ones, in deviations of these.',
    better: 'lower',
  },
  class_entropy: {
    title: 'Class entropy',
    help: 'In nats: how many classes the feature net sees in all pictures together. Less than before means that they became alike.',
    better: null,
  },
  spread: {
    title: 'Spread',
    help: 'Root mean square distance of a sample from the mean of all. Less than before means that they became alike.',
    better: null,
  },
};
export const secondFacts = (id: SecondId): SecondFacts => {
  if (id in ofPictures) return ofPictures[id as OfPictures];
  const { title, summary, better } = metricFacts[id as MetricId];
  return { title, help: summary, better };
};
/** Between which values a metric can be at all: an interval of it ends there. */
export const secondBounds = (id: SecondId): readonly [least: number, most: number] => {
  if (id === 'nll' || id === 'energy' || id === 'mmd' || id === 'kid') return [-Infinity, Infinity];
  const facts: MetricFacts | undefined = id in ofPictures ? undefined : metricFacts[id as MetricId];
  return [0, facts?.most ?? Infinity];
};
/** Most telling first. */
const ORDER: readonly SecondId[] = [
  'mode_weights',
  'sw1',
  'kid',
  'feature_distance',
  'class_entropy',
  'accuracy',
  'spread',
  'fd',
  'sw2',
  'energy',
  'mmd',
  'nll',
];
/** What says nearly the same as a verifier is no second opinion. */
const SAME: Readonly<Partial<Record<VerifierId, SecondId>>> = { log_p: 'nll', class: 'accuracy' };

/** Of what was measured, what was not searched for, most telling first. */
export const secondOpinions = (
  measured: Readonly<Record<string, unknown>>,
  verifier: VerifierId,
): readonly SecondId[] => ORDER.filter((id) => measured[id] !== undefined && SAME[verifier] !== id);

export const searchFacts = (id: SearchId): NoiseSearch => searches[id];
export const verifierOf = (id: VerifierId): Verifier => verifiers[id];
const values = (params: SeekRow['params'], fields: ReturnType<typeof searchFields>): string[] =>
  Object.entries(fields).map(([key, field]) => {
    const value = params[key] ?? field.default;
    if (field.kind === 'boolean') return value ? `with ${field.label}` : `without ${field.label}`;
    return `${field.label} ${field.format(value as never).replace('-', '−')}`;
  });
/** "Zero-order, K 3, φ 0.3" */
export const seekTitle = ({ search, params }: SeekRow): string =>
  [searches[search].title, ...values(params, searchFields(search))].join(', ');
/** "Nearness to a point, point x -1.5, point y -1.8" */
export const verifierTitle = ({ verifier, verifierParams }: Pick<SeekSetup, 'verifier' | 'verifierParams'>): string =>
  [verifiers[verifier].title, ...values(verifierParams, verifierFields(verifier))].join(', ');

/** What all searches of a setup share, in a line. */
export function seekLine(s: SeekSetup): string {
  const { classes, title, guidance } = modelCard(s.model);
  return [
    `${title}${s.learned ? ', learned' : ''}`,
    contenderTitle(s.base),
    `${s.samples} starts, ${s.seeds} ${s.seeds === 1 ? 'seed' : 'seeds'} from ${s.seed}`,
    ...(s.label >= 0 ? [`class ${classes[s.label] ?? s.label}`] : []),
    ...(guidance && s.guidance !== 1 ? [`guidance ${s.guidance}`] : []),
  ].join(', ');
}
