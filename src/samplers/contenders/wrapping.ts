// What wraps a contender: methods that make a plan of less than whole evaluations. Their registry is src/wrappers/, which
// few visits want: it is loaded when a link or an edit names one, and known here from then on.
import type { Fields, ParamValue } from '../../core/field.ts';
import type { NetworkFacts } from '../../core/part.ts';
import type { Role } from '../../core/role.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Op } from '../diffusion/types.ts';
import type { Contender } from './types.ts';

/** Numbers that a wrapper was fitted with on one model, one of each column an evaluation. Single precision, as a link has them. */
export interface Fitted {
  readonly evaluations: number;
  /** Samples that they were fitted on, of noise that no comparison sees. */
  readonly samples: number;
  /** The first eight digits of the weights' SHA-256, or the model's id where it has none. */
  readonly model: string;
  readonly columns: readonly (readonly number[])[];
}

/** One evaluation of the untouched run, seen on its way: all samples one after another. */
export interface Seen {
  readonly sigma: number;
  readonly x: Float32Array;
  readonly d: Float32Array;
  /** D where the network is left after its first block; where a wrapper asks for it. */
  readonly early: Float32Array | null;
  /** D of the class alone, where `d` is guided; where a wrapper asks for it. */
  readonly said?: Float32Array;
}

/** The pictures of a model that answers at half their size too. */
export interface Halves {
  readonly height: number;
  readonly width: number;
}

/**
 * Where a piece of a run stands in the whole of it: how many evaluations and steps come before it, and how many there are in
 * all, counted on the untouched plan.
 */
export interface Place {
  readonly before: number;
  readonly evaluations: number;
  readonly step: number;
  readonly steps: number;
}

/** How a wrapper is fitted: the parameters that this depends on, and the columns that come of it. */
export interface WrapperFit<P> {
  readonly by: readonly (keyof P & string)[];
  readonly columns: readonly string[];
  readonly early?: boolean;
  /** Of the guided run; `said` is seen beside. What comes of it belongs to that guidance and to the classes. */
  readonly guided?: boolean;
  /** `dim`: numbers of a sample. */
  calibrate(seen: readonly Seen[], params: P, dim: number): readonly (readonly number[])[];
}

/**
 * A wrapper of the denoiser: pure, as a sampler is. It rewrites a plan, so that what it leaves out is counted, shown and
 * computed in float64 as on the GPU. Those of a contender act in order; what an earlier one has touched stays.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds wrappers of every parameter type
export interface DenoiserWrapper<P = any> {
  readonly id: string;
  readonly title: string;
  readonly paper: { readonly title: string; readonly url: string };
  /** One sentence for a first-time reader. */
  readonly summary: string;
  readonly params: Fields<P>;
  /** Values at which it changes nothing. */
  readonly untouched: Partial<P>;
  /** What it needs of a model: blocks that can be left out. */
  readonly blocks?: boolean;
  /** Whether it asks more than the untouched run, not less. */
  readonly more?: boolean;
  /** Whom it asks beside `main`. */
  asks?(params: P): readonly Role[];
  /** Whether what comes out is another law than the model's, so that no solution is what it approximates. */
  readonly steers?: boolean;
  /** That it answers at half the size of its pictures. */
  readonly halves?: boolean;
  /** Why it means nothing on a piece of a run; a run that is taken apart refuses it. */
  readonly whole?: string;
  readonly fit?: WrapperFit<P>;
  /** In names: "reuse every 2". */
  brief(params: P): string;
  /** Other levels than the schedule's. */
  levels?(sigmas: readonly number[], params: P, fitted: Fitted | null): readonly number[];
  /**
   * `halves`: the pictures of a model that answers at half their size too. `place`: where `ops` are a piece of a run; what
   * depends on how far a run has come goes by it, and what is kept between evaluations begins anew in each piece.
   */
  rewrite(
    ops: readonly Op[],
    params: P,
    fitted: Fitted | null,
    network: NetworkFacts | null,
    halves?: Halves | null,
    place?: Place,
  ): readonly Op[];
}

/** A wrapper of a contender. Parameters hold every field of its table. */
export interface OwnWrapper {
  readonly id: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly fitted?: Fitted;
}

/** The registry, and how it is read and written. */
export interface WrapperTable {
  readonly of: Readonly<Record<string, DenoiserWrapper>>;
  parse(texts: readonly string[], where: string, refusals: Refusal[]): Pick<Contender, 'wraps'>;
  format(c: Pick<Contender, 'wraps'>): readonly string[];
  /** Why one was fitted elsewhere than on a model of that identity, guided so; null where none was. */
  elsewhere(wraps: readonly OwnWrapper[], identity: string, guidedBy: string): string | null;
}
let known: WrapperTable | null = null;
/** The registry says that it is here. */
export const provideWrappers = (table: WrapperTable): void => void (known = table);
export const wrapperOf = (id: string): DenoiserWrapper | undefined =>
  known && Object.hasOwn(known.of, id) ? known.of[id] : undefined;

/** A contender's wrappers from their texts; where none are known they are refused. */
export function readWraps(texts: readonly string[], where: string, refusals: Refusal[]): Pick<Contender, 'wraps'> {
  if (known) return known.parse(texts, where, refusals);
  for (const value of texts)
    refusals.push({ where, value: value.slice(0, 80), because: 'there are no wrappers here', used: 'left out' });
  return {};
}
export const wrapTexts = (c: Pick<Contender, 'wraps'>): readonly string[] => (c.wraps && known?.format(c)) ?? [];

export const fittedElsewhere = (c: Pick<Contender, 'wraps'>, identity: string, guidedBy: string): string | null =>
  (c.wraps && known?.elsewhere(c.wraps, identity, guidedBy)) ?? null;

/** The wrappers of a contender, in order. */
const wrapsOf = ({
  wraps = [],
}: Pick<Contender, 'wraps'>): readonly (OwnWrapper & { readonly by: DenoiserWrapper })[] =>
  wraps.map((own) => {
    const by = wrapperOf(own.id);
    if (!by) throw new Error(`The wrapper '${own.id}' was asked for before the registry of wrappers was loaded.`);
    return { ...own, by };
  });

export const wrappedLevels = (c: Pick<Contender, 'wraps'>, sigmas: number[]): readonly number[] =>
  wrapsOf(c).reduce<readonly number[]>(
    (levels, { by, params, fitted = null }) => by.levels?.(levels, params, fitted) ?? levels,
    sigmas,
  );
export const wrappedOps = (
  c: Pick<Contender, 'wraps'>,
  ops: readonly Op[],
  network: NetworkFacts | null,
  halves: Halves | null = null,
  place?: Place,
): readonly Op[] =>
  wrapsOf(c).reduce(
    (list, { by, params, fitted = null }) => by.rewrite(list, params, fitted, network, halves, place),
    ops,
  );
/** Why a run with them cannot be taken apart; null where it can. */
export function wholeFault(c: Pick<Contender, 'wraps'>): string | null {
  const bound = wrapsOf(c).find(({ by }) => by.whole !== undefined);
  return bound ? `${bound.by.title} ${bound.by.whole}` : null;
}
/** Whether one of them, as it is set, asks that role. */
export const wrapsAsk = (c: Pick<Contender, 'wraps'>, role: Role): boolean =>
  wrapsOf(c).some(({ by, params }) => by.asks?.(params).includes(role) ?? false);
/** Whether they lead to another law than the model's. */
export const wrapsSteer = (c: Pick<Contender, 'wraps'>): boolean => wrapsOf(c).some(({ by }) => by.steers ?? false);
/** "reuse every 2", of each; of one that runs untouched until it is fitted, that it is not. */
export const wrapNames = (c: Pick<Contender, 'wraps'>): readonly string[] =>
  wrapsOf(c).map(({ by, params, fitted }) => (by.fit && !fitted ? `${by.title}, not fitted` : by.brief(params)));
