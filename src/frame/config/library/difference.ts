// What differs between two experiments, in settings.
import type { Contestant, Row, Snapshot } from './types.ts';

/** A contender of each; null where one of them has no more. */
export interface Pair {
  readonly a: Contestant | null;
  readonly b: Contestant | null;
}

/**
 * Who is compared with whom: equals first, then those of one kind in their order, then whoever is left in theirs; in the
 * order of the first experiment, what only the second has last.
 */
export function pairs(a: readonly Contestant[], b: readonly Contestant[]): readonly Pair[] {
  const partner: (number | undefined)[] = a.map(() => undefined);
  const free = new Set(b.keys());
  const take = (fits: (x: Contestant, y: Contestant) => boolean) => {
    a.forEach((x, i) => {
      if (partner[i] !== undefined) return;
      const found = [...free].find((j) => fits(x, b[j]!));
      if (found === undefined) return;
      partner[i] = found;
      free.delete(found);
    });
  };
  take((x, y) => x.id === y.id);
  take((x, y) => x.kind === y.kind);
  take(() => true);
  return [
    ...a.map((x, i) => ({ a: x, b: partner[i] === undefined ? null : b[partner[i]]! })),
    ...[...free].map((j) => ({ a: null, b: b[j]! })),
  ];
}

/** A setting of both; null where one of them has no such setting. */
export interface SettingPair {
  readonly field: string;
  readonly a: string | null;
  readonly b: string | null;
  readonly differs: boolean;
}

/** Settings side by side, by field, in the order of the first; what only the second has stands last. */
export function settingPairs(a: readonly Row[], b: readonly Row[]): readonly SettingPair[] {
  const valueIn = (rows: readonly Row[], field: string) => rows.find((r) => r.field === field)?.value ?? null;
  const fields = [...new Set([...a, ...b].map((r) => r.field))];
  return fields.map((field) => {
    const [left, right] = [valueIn(a, field), valueIn(b, field)];
    return { field, a: left, b: right, differs: left !== right };
  });
}

export interface Group {
  /** Empty for what all contenders share. */
  readonly head: string;
  readonly rows: readonly SettingPair[];
}

/** “Euler”, or “Euler → Heun” where another one stands in its place. */
export function pairTitle({ a, b }: Pair): string {
  if (!a) return `${b?.name ?? ''} (only in B)`;
  if (!b) return `${a.name} (only in A)`;
  return a.name === b.name ? a.name : `${a.name} → ${b.name}`;
}

/** All settings of two experiments: what is shared, then contender by contender. */
export const settingGroups = (a: Snapshot, b: Snapshot): readonly Group[] => [
  { head: '', rows: settingPairs(a.settings, b.settings) },
  ...pairs(a.contenders, b.contenders).map((pair) => ({
    head: pairTitle(pair),
    rows: settingPairs(pair.a?.settings ?? [], pair.b?.settings ?? []),
  })),
];

/** Only what differs. */
export const differing = (groups: readonly Group[]): readonly Group[] =>
  groups.flatMap(({ head, rows }) => {
    const left = rows.filter((r) => r.differs);
    return left.length > 0 ? [{ head, rows: left }] : [];
  });

/** How one experiment departs from another in a few words, for a name: “Seed 5, Guidance 2”; empty where it does not. */
export function departure(from: Snapshot, to: Snapshot): string {
  const rows = differing(settingGroups(from, to)).flatMap((g) => g.rows);
  const told = [...new Set(rows.filter((r) => r.b !== null).map((r) => `${r.field} ${r.b!.slice(0, 30)}`))];
  return told.length > 2 ? `${told.slice(0, 2).join(', ')} + ${told.length - 2}` : told.join(', ');
}
