// A noise search to be run: on which starts of which model, with which plain sampler, judged by what, at which budgets. A small
// value; its text is in seekText.ts.
import { defaults, numberField, type AnyField, type ParamValue } from '../../../core/field.ts';
import { modelCard, modelIds, type ModelId } from '../../../models/index.ts';
import { searches, searchIds, type SearchId } from '../../../search/index.ts';
import { verifierIds, verifiers, verifies, type VerifierId } from '../../../search/verifiers/index.ts';
import { baseFault } from '../../../search/context.ts';
import { expectedNfe, newContender, planFor } from './contender.ts';
import type { Contender } from './experiment.ts';
import { experimentFields } from './fields.ts';

export type { SearchId, VerifierId };
export type Params = Readonly<Record<string, ParamValue>>;

export interface SeekRow {
  readonly search: SearchId;
  readonly params: Params;
}
export interface SeekSetup {
  readonly model: ModelId;
  readonly learned: boolean;
  /** Starts that are searched at once, each for itself. */
  readonly samples: number;
  readonly seed: number;
  /** Repeats with other starts, for intervals. */
  readonly seeds: number;
  /** Candidates that are denoised in one evaluation. Changes time alone. */
  readonly atOnce: number;
  readonly label: number;
  readonly guidance: number;
  /** The plain sampler: what a search of one candidate is. */
  readonly base: Contender;
  readonly verifier: VerifierId;
  readonly verifierParams: Params;
  /** Evaluations that each start may spend, rising. */
  readonly budgets: readonly number[];
  /** The searches; before them always runs the plain sampler with the same evaluations spent on steps. */
  readonly rows: readonly SeekRow[];
}

export const MAX_ROWS = 6;
export const MAX_BUDGETS = 8;
export const MAX_BUDGET = 2000;

/** Models that are searched: of a drawing nothing but its points would be known. */
export const seekModels: readonly ModelId[] = modelIds.filter((id) => modelCard(id).kind !== 'drawn');
export const isPlane = (model: ModelId): boolean => modelCard(model).shape.kind === 'point';

/** Fields of the numbers that all searches share. */
export function seekFields(model: ModelId) {
  const { seed, guidance, label, learned } = experimentFields(model);
  const plane = isPlane(model);
  return {
    samples: numberField({
      label: 'Starts',
      help: 'Starting noises that are searched from, each for itself.',
      default: plane ? 256 : 16,
      min: 1,
      max: plane ? 4096 : 64,
      integer: true,
      log: true,
    }),
    seed,
    seeds: numberField({
      label: 'Seeds',
      help: 'Repeats with other starts: the intervals are over them.',
      default: plane ? 4 : 2,
      min: 1,
      max: 10,
      integer: true,
    }),
    atOnce: numberField({
      label: 'At once',
      help: 'Candidates of every start that are denoised in one evaluation. What is found and counted stays the same; a device with room to spare takes less time. A place without a candidate is computed for nothing.',
      default: 1,
      min: 1,
      max: plane ? 64 : 16,
      integer: true,
      log: true,
    }),
    label,
    guidance,
    learned,
  } as const satisfies Record<string, AnyField>;
}

export const searchFields = (search: SearchId): Readonly<Record<string, AnyField>> =>
  searches[search].params as Readonly<Record<string, AnyField>>;
export const verifierFields = (verifier: VerifierId): Readonly<Record<string, AnyField>> =>
  verifiers[verifier].params as Readonly<Record<string, AnyField>>;

/** Searches that a reader chooses among: the longer plain run is there anyway. */
export const chosenSearches: readonly SearchId[] = searchIds.filter((id) => id !== 'steps');
export const verifiersOf = (model: ModelId): readonly VerifierId[] =>
  verifierIds.filter((id) => verifies(id, modelCard(model)));

export const newSeekRow = (search: SearchId, params: Params = {}): SeekRow => ({
  search,
  params: { ...(defaults(searches[search].params as never) as Params), ...params },
});
export const newVerifier = (
  verifier: VerifierId,
  params: Params = {},
): Pick<SeekSetup, 'verifier' | 'verifierParams'> => ({
  verifier,
  verifierParams: { ...(defaults(verifiers[verifier].params as never) as Params), ...params },
});

/** All lines of a run: the longer plain run first. */
export const linesOf = ({ rows }: Pick<SeekSetup, 'rows'>): readonly SeekRow[] => [newSeekRow('steps'), ...rows];

/** A setup at the defaults of a model. */
export function defaultSeek(model: ModelId = 'unbalanced'): SeekSetup {
  const fields = seekFields(model);
  const plane = isPlane(model);
  return {
    model,
    learned: false,
    samples: fields.samples.default,
    seed: fields.seed.default,
    seeds: fields.seeds.default,
    atOnce: fields.atOnce.default,
    label: -1,
    guidance: 1,
    base: newContender('dpmpp_2m', plane ? 10 : 8),
    ...newVerifier(verifiersOf(model)[0]!),
    budgets: plane ? [10, 20, 40, 80, 160] : [8, 16, 32],
    // D of a picture at the first level is nearly the mean of all: a start is hardly chosen by it.
    rows: plane
      ? chosenSearches.map((id) => newSeekRow(id))
      : [newSeekRow('random'), newSeekRow('greedy', { starts: 2 })],
  };
}

/** A setup that begins with a contender where it can, at one, two, four … times its evaluations. */
export function seekFrom(model: ModelId, contender: Contender): SeekSetup {
  const usual = defaultSeek(model);
  const nfe = expectedNfe(contender, model);
  const budgets = usual.budgets.map((_, k) => nfe * 2 ** k).filter((b) => b <= MAX_BUDGET);
  if (baseFaultOf({ ...usual, base: contender }) !== null || budgets.length === 0) return usual;
  return { ...usual, base: contender, budgets };
}

/** Why nothing can be searched with the plain sampler; null where it can. */
export const baseFaultOf = ({ base, model }: SeekSetup): string | null => baseFault(base, planFor(model));

/** Evaluations of all starts together, at most. */
export const totalEvaluations = (s: SeekSetup): number =>
  s.samples * s.seeds * linesOf(s).length * s.budgets.reduce((a, b) => a + b, 0);

/** The setup on another model: what can be kept is kept. */
export function seekOn(s: SeekSetup, model: ModelId): SeekSetup {
  const base = defaultSeek(model);
  const alike = isPlane(model) === isPlane(s.model);
  const usable = verifiersOf(model).includes(s.verifier);
  return {
    ...base,
    seed: s.seed,
    ...(alike && {
      samples: s.samples,
      seeds: s.seeds,
      atOnce: s.atOnce,
      base: s.base,
      budgets: s.budgets,
      rows: s.rows,
    }),
    ...(alike && usable && { verifier: s.verifier, verifierParams: s.verifierParams }),
  };
}
