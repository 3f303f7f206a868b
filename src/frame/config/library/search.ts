// Finding what was saved: by any of its words, by tag, in an order of the reader's choice.
import type { Saved } from './types.ts';

/** Case and accents apart; ++ and pp are the same, as tools write both. */
const plain = (text: string): string =>
  text.toLowerCase().replaceAll('++', 'pp').normalize('NFKD').replace(/\p{M}/gu, '');

/** Everything that it can be found by: the words of its settings are those of the controls. */
const textOf = (s: Saved, labTitle: string): string =>
  plain(
    [
      s.name,
      s.note,
      labTitle,
      s.device,
      ...s.tags,
      ...s.settings.flatMap((r) => [r.field, r.value]),
      ...s.contenders.flatMap((c) => [c.name, c.kind, ...c.settings.flatMap((r) => [r.field, r.value])]),
    ].join('\n'),
  );

/** Every word must be found somewhere; one that begins with # must be the beginning of a tag. */
export function matches(saved: Saved, query: string, labTitle = saved.lab): boolean {
  const words = plain(query)
    .split(/\s+/)
    .filter((w) => w !== '' && w !== '#');
  if (words.length === 0) return true;
  const text = textOf(saved, labTitle);
  return words.every((w) =>
    w.startsWith('#') ? saved.tags.some((t) => plain(t).startsWith(w.slice(1))) : text.includes(w),
  );
}

export const orders = {
  changed: 'changed last',
  created: 'saved last',
  oldest: 'saved first',
  name: 'by name',
  lab: 'by lab',
} as const;
export type Order = keyof typeof orders;

const byName = (a: Saved, b: Saved): number => a.name.localeCompare(b.name, 'en', { numeric: true });
const compare: Readonly<Record<Order, (a: Saved, b: Saved) => number>> = {
  changed: (a, b) => b.changedAt - a.changedAt || byName(a, b),
  created: (a, b) => b.createdAt - a.createdAt || byName(a, b),
  oldest: (a, b) => a.createdAt - b.createdAt || byName(a, b),
  name: byName,
  lab: (a, b) => a.lab.localeCompare(b.lab) || byName(a, b),
};

export interface Query {
  readonly text: string;
  /** Empty for every tag. */
  readonly tag: string;
  readonly order: Order;
}
export const found = (
  all: readonly Saved[],
  { text, tag, order }: Query,
  titleOf: (lab: string) => string = (lab) => lab,
): readonly Saved[] =>
  all
    .filter((s) => (tag === '' || s.tags.includes(tag)) && matches(s, text, titleOf(s.lab)))
    .sort((a, b) => compare[order](a, b));

/** Every tag with how many carry it, the most used first. */
export function tagCounts(all: readonly Saved[]): readonly (readonly [tag: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const tag of all.flatMap((s) => s.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}
