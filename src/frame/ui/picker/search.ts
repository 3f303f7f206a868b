// Finding an entry of a menu by any of its names.
import type { Alias } from '../../../core/alias.ts';

export interface PickerItem<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  readonly group: string;
  /** What it costs and does, in few words. */
  readonly facts: string;
  /** The facts as a row shows them, where there are too many rows to read whole sentences. */
  readonly badges?: readonly string[];
  readonly summary: string;
  readonly aliases: readonly Alias[];
}

/** An entry that fits what was typed. */
export interface Hit<Id extends string = string> {
  readonly item: PickerItem<Id>;
  /** The name by which it was found, where neither its title nor its id says as much. */
  readonly by: Alias | null;
}

/** A name that is known and stands for nothing here: why, and what is nearest. */
export interface Missing<Id extends string = string> {
  readonly id: Id;
  readonly because: string;
}

/** Letters and digits alone; ++ and p p are the same, as tools write both. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('++', 'pp')
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Whether two texts are one name, as tools write it differently. */
export const sameName = (a: string, b: string): boolean => plain(a) === plain(b);

/** How well a name fits: 0 is the name itself, 1 its beginning, 2 somewhere in it; null not at all. */
function fit(name: string, wanted: string): number | null {
  const text = plain(name);
  if (text === wanted) return 0;
  if (text.startsWith(wanted)) return 1;
  return text.includes(wanted) ? 2 : null;
}

/**
 * The entries that fit, best first, then in menu order; all of them for an empty text. Typed as one name ("dpm++ 2m"),
 * as a fact of the row or its group ("order 4"), or as words that are each found somewhere ("sde 3m").
 */
export function found<Id extends string>(items: readonly PickerItem<Id>[], text: string): readonly Hit<Id>[] {
  const whole = plain(text);
  if (whole === '') return items.map((item) => ({ item, by: null }));
  const words = text
    .split(/\s+/)
    .map(plain)
    .filter((w) => w !== '');
  const ranked = items.flatMap((item): { hit: Hit<Id>; rank: number }[] => {
    const own = [item.title, item.id].map((name) => fit(name, whole)).filter((r) => r !== null);
    const best = item.aliases
      .map((alias) => ({ alias, rank: fit(alias.name, whole) }))
      .filter((a): a is { alias: Alias; rank: number } => a.rank !== null)
      .sort((a, b) => a.rank - b.rank)[0];
    const ownRank = own.length > 0 ? Math.min(...own) : Infinity;
    // A name that stands for settings wins over our own where it fits better, e.g. "sgm_uniform".
    if (best && best.rank < ownRank) return [{ hit: { item, by: best.alias }, rank: best.rank }];
    if (ownRank < Infinity) return [{ hit: { item, by: null }, rank: ownRank }];
    if ([item.facts, item.group].some((text) => plain(text).includes(whole)))
      return [{ hit: { item, by: null }, rank: 3 }];
    const places = [item.title, item.id, item.group, item.facts, ...item.aliases.flatMap((a) => [a.tool, a.name])];
    const everywhere = words.every((w) => places.some((place) => plain(place).includes(w)));
    return everywhere ? [{ hit: { item, by: null }, rank: 4 }] : [];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ hit }) => hit);
}

export interface HitGroup<Id extends string> {
  /** Empty while something is searched: then the order is by fit. */
  readonly head: string;
  /** Place of its first entry among all. */
  readonly from: number;
  readonly hits: readonly Hit<Id>[];
}

/** The whole menu in its groups; what a search found in one. */
export function groupsOf<Id extends string>(hits: readonly Hit<Id>[], text: string): readonly HitGroup<Id>[] {
  if (plain(text) !== '') return [{ head: '', from: 0, hits }];
  const heads = [...new Set(hits.map((h) => h.item.group))];
  return heads.map((head) => ({
    head,
    from: hits.findIndex((h) => h.item.group === head),
    hits: hits.filter((h) => h.item.group === head),
  }));
}

/** Where the mark goes with a key of the list; the same place for any other key. */
export function moved(at: number, key: string, count: number): number {
  if (count === 0) return -1;
  const page = 8;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 }[
    key
  ];
  if (to === undefined) return at;
  // The arrows go round, the pages stop.
  if (key.startsWith('Arrow')) return (to + count) % count;
  return Math.max(0, Math.min(count - 1, to));
}
