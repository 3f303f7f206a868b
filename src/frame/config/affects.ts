/**
 * What a part of an experiment affects: the result of every contender, the one that it describes alone (a contender, a
 * branch), or only how the results are looked at. Keys of what is remembered are derived from these tables; the type
 * wants a line for every part, so that a new one cannot be forgotten.
 */
export type Affects = 'result' | 'own' | 'view';
export type AffectsTable<E extends object> = { readonly [K in keyof E]-?: Affects };

const partsOf = <E extends object>(table: AffectsTable<E>, which: Affects): (keyof E)[] =>
  (Object.keys(table) as (keyof E)[]).filter((key) => table[key] === which);

/** Equal for two experiments whose contenders, where they are the same, have the same results. */
export const resultKey = <E extends object>(experiment: E, table: AffectsTable<E>): string =>
  JSON.stringify(partsOf(table, 'result').map((key) => experiment[key]));

/** Whether an edit changes what is computed; by identity, as edits leave what they do not touch. */
export const changesResult = <E extends object>(now: E, before: E, table: AffectsTable<E>): boolean =>
  (Object.keys(table) as (keyof E)[]).some((key) => table[key] !== 'view' && now[key] !== before[key]);
