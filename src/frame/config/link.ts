// What the links of all labs have in common: pairs of keys and values, keys that may repeat, scalar fields, escapes. Any
// text can be read: what is not understood is refused in words, never thrown.
import { numberDemand, type AnyField } from '../../core/field.ts';
import type { Refusal } from '../../core/refusal.ts';

/** How much of a refused value is shown. */
const SHOWN = 80;

export interface LinkGrammar<L extends string> {
  /** Keys that stand once. */
  readonly keys: readonly string[];
  /** Keys that may stand several times. */
  readonly lists: readonly L[];
  /** Most characters that are read at all. */
  readonly longest: number;
  /** What is shown instead of a longer one. */
  readonly otherwise: string;
  /** A + is a space, as forms write it. */
  readonly plusIsSpace?: boolean;
}

export interface ReadLink<L extends string> {
  readonly given: ReadonlyMap<string, string>;
  readonly lists: Readonly<Record<L, readonly string[]>>;
  /** Grows as more of the link is read. */
  readonly refusals: Refusal[];
  readonly refuse: (where: string, value: string, because: string, used: string) => void;
}

/** A value that is not valid percent-encoding is kept as it stands. */
function decode(text: string, plusIsSpace: boolean): string {
  try {
    return decodeURIComponent(plusIsSpace ? text.replaceAll('+', ' ') : text);
  } catch {
    return text;
  }
}

/** The pairs of a location hash, with or without its #. */
export function readLink<L extends string>(hash: string, grammar: LinkGrammar<L>): ReadLink<L> {
  const { keys, lists: repeated, longest, otherwise, plusIsSpace = false } = grammar;
  const refusals: Refusal[] = [];
  const refuse = (where: string, value: string, because: string, used: string) =>
    void refusals.push({ where, value: value.slice(0, SHOWN), because, used });
  const given = new Map<string, string>();
  const lists = Object.fromEntries(repeated.map((key) => [key, [] as string[]])) as Record<L, string[]>;
  const tooLong = hash.length > longest;
  if (tooLong) refuse('link', `${hash.length} characters`, `a link has at most ${longest} characters`, otherwise);

  const pairs = tooLong ? [] : hash.replace(/^[#?]/, '').split('&');
  for (const pair of pairs.filter((p) => p !== '')) {
    const cut = pair.indexOf('=');
    const key = decode(cut < 0 ? pair : pair.slice(0, cut), plusIsSpace);
    const value = cut < 0 ? '' : decode(pair.slice(cut + 1), plusIsSpace);
    if (repeated.includes(key as L)) lists[key as L].push(value);
    else if (!keys.includes(key))
      refuse('link', `${key}=${value}`, `'${key.slice(0, 40)}' means nothing here`, 'left out');
    else if (given.has(key)) refuse(key, value, 'it is given twice', given.get(key)!.slice(0, SHOWN));
    else given.set(key, value);
  }
  return { given, lists, refusals, refuse };
}

/** What is there where none of a link's contenders could be read; of a lone one its own refusal, the last, says so. */
export function usualInstead(texts: readonly string[], refusals: Refusal[]): void {
  const lone = texts.length === 1 ? refusals.pop() : undefined;
  refusals.push({
    ...(lone ?? {
      where: 'contenders',
      value: texts.join(', ').slice(0, SHOWN),
      because: `none of the ${texts.length} could be read`,
    }),
    used: 'the usual contenders of the model',
  });
}

/** Keys of scalar fields in link order, each with the name of its field. */
export type ScalarKeys<N extends string> = readonly (readonly [key: string, name: N])[];

/** What a field takes, as the end of a sentence about what was refused. */
function demandOf(field: AnyField): string {
  switch (field.kind) {
    case 'number':
      return `it must be ${numberDemand(field)}`;
    case 'boolean':
      return 'it must be 1 or 0';
    case 'choice':
      return 'it is not one of the choices';
    case 'text':
      return 'it cannot be read';
    default:
      return field satisfies never;
  }
}

/** The scalar fields of a link; what a field refuses is its default. */
export function readScalars<N extends string>(
  { given, refuse }: Pick<ReadLink<never>, 'given' | 'refuse'>,
  keys: ScalarKeys<N>,
  fields: Readonly<Record<N, AnyField>>,
): Record<N, unknown> {
  const read = ([key, name]: readonly [string, N]) => {
    const field = fields[name];
    const text = given.get(key);
    const value = text === undefined ? field.default : field.parse(text);
    if (value === undefined) refuse(field.label, text!, demandOf(field), field.format(field.default as never));
    return [name, value ?? field.default];
  };
  return Object.fromEntries(keys.map(read)) as Record<N, unknown>;
}

/** The scalar fields of a link that are not at their defaults, in link order. */
export const writtenScalars = <N extends string>(
  keys: ScalarKeys<N>,
  fields: Readonly<Record<N, AnyField>>,
  values: Readonly<Record<N, unknown>>,
): [key: string, value: string][] =>
  keys
    .filter(([, name]) => values[name] !== fields[name].default)
    .map(([key, name]) => [key, fields[name].format(values[name] as never)]);

/** encodeURIComponent, but leaving the characters of `readable`, which a hash may hold and a reader can read. */
export function encodeLink(text: string, readable: string): string {
  const kept = [...readable].map((c) => encodeURIComponent(c).slice(1)).join('|');
  return encodeURIComponent(text).replace(new RegExp(`%(${kept})`, 'g'), (m) => decodeURIComponent(m));
}
