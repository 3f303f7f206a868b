// What becomes of saved experiments when others come in: from a file, or from another tab.
import { LIMITS, type Saved } from './types.ts';

export interface Change {
  readonly put: readonly Saved[];
  /** Ids. */
  readonly remove: readonly string[];
}

export interface Merged extends Change {
  /** How many came that were not here. */
  readonly added: number;
  /** How many are here already, in every field. */
  readonly same: number;
  /** A sentence for each that was here otherwise, and which of the two was kept. */
  readonly conflicts: readonly string[];
  /** A sentence for each for which there was no room. */
  readonly refused: readonly string[];
}

/** A value as text, whatever the order of its keys. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v,
  );
const otherName = (here: Saved, there: Saved): string =>
  here.name === there.name ? '' : `, where it is called “${there.name}”`;

/** Of two with one id the one that was changed later is kept, and the one that is here when both say the same time. */
export function merged(here: readonly Saved[], coming: readonly Saved[]): Merged {
  const byId = new Map(here.map((s) => [s.id, s]));
  const put: Saved[] = [];
  const conflicts: string[] = [];
  const refused: string[] = [];
  let added = 0;
  let same = 0;
  for (const one of coming) {
    const mine = byId.get(one.id);
    if (!mine) {
      if (here.length + added >= LIMITS.saved) {
        refused.push(`“${one.name}” found no room: at most ${LIMITS.saved} experiments are kept. Delete some first.`);
        continue;
      }
      added++;
      put.push(one);
    } else if (stable(mine) === stable(one)) same++;
    else if (one.changedAt > mine.changedAt) {
      put.push(one);
      conflicts.push(`“${mine.name}” was changed later in the file${otherName(mine, one)}: the file’s form is kept.`);
    } else
      conflicts.push(
        `“${mine.name}” differs in the file${otherName(mine, one)}, and was changed later here: the form here is kept.`,
      );
  }
  return { put, remove: [], added, same, conflicts, refused };
}

/** Entries after a change. */
export function applied(entries: readonly Saved[], { put, remove }: Change): readonly Saved[] {
  const gone = new Set([...remove, ...put.map((s) => s.id)]);
  return [...entries.filter((s) => !gone.has(s.id)), ...put];
}

/** A name that no other entry has: “Name”, “Name (2)”. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const name = wanted.trim().replace(/\s+/g, ' ').slice(0, LIMITS.name);
  if (!taken.includes(name)) return name;
  for (let n = 2; ; n++) {
    const end = ` (${n})`;
    const next = `${name.slice(0, LIMITS.name - end.length)}${end}`;
    if (!taken.includes(next)) return next;
  }
}
