// What can be done with saved experiments beside changing their words: save, open, bring in, take out.
import { LIMITS, type Saved, type Shown } from '../../config/library/types.ts';
import { readLibrary, writeLibrary, tidyTags } from '../../config/library/file.ts';
import { freeName, merged, type Change, type Merged } from '../../config/library/merge.ts';
import { allLabs, labOf, labStore } from '../labStore.ts';
import type { Teller } from '../notices.ts';
import { saveBlob } from '../saveBlob.ts';
import { say } from './message.ts';
import { setOrigin } from './origin.ts';
import { changeSaved } from './store.ts';

declare const __APP_VERSION__: string;

const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, '0')).join('');

export interface Words {
  readonly name: string;
  readonly tags: readonly string[];
  readonly note: string;
}
/** Words as they are kept: tidy, and no longer than they may be. */
const tidy = ({ name, tags, note }: Words): Words => ({
  name: name.trim().slice(0, LIMITS.name),
  tags: tidyTags(tags),
  note: note.trim().slice(0, LIMITS.note),
});

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
/** Within the bounds of what can be read back; numbers that are none are left out. */
function bounded({ settings, metrics, contenders }: Shown): Pick<Saved, 'settings' | 'metrics' | 'contenders'> {
  const rows = (list: Shown['settings']) =>
    list.slice(0, LIMITS.rows).map((r) => ({ field: cut(r.field, LIMITS.name), value: cut(r.value, LIMITS.text) }));
  const known = metrics.slice(0, LIMITS.metrics);
  return {
    settings: rows(settings),
    metrics: known,
    contenders: contenders.slice(0, LIMITS.contenders).map((c) => ({
      ...c,
      id: cut(c.id, LIMITS.text),
      name: cut(c.name, LIMITS.text),
      ground: cut(c.ground, LIMITS.text),
      settings: rows(c.settings),
      figures: c.figures
        .filter((f) => Number.isFinite(f.value) && known.some((m) => m.id === f.metric))
        .map((f) => ({
          ...f,
          half: f.half !== null && Number.isFinite(f.half) ? f.half : null,
          spread: f.spread && f.spread.length <= LIMITS.spread && f.spread.every(Number.isFinite) ? f.spread : null,
        })),
    })),
  };
}

export interface NewEntry {
  readonly lab: string;
  readonly shown: Shown;
  readonly words: Words;
  readonly picture: string;
}

/** Why it cannot be saved; null where it can. */
export function whyNotSaved({ shown, words }: Pick<NewEntry, 'shown' | 'words'>, count: number): string | null {
  if (words.name.trim() === '') return 'Give it a name.';
  if (shown.hash.length > LIMITS.hash)
    return `Its link has ${shown.hash.length} characters; at most ${LIMITS.hash} are kept. Export its results as JSON instead.`;
  return count < LIMITS.saved
    ? null
    : `At most ${LIMITS.saved} experiments are kept. Delete some, or export them first.`;
}

/** Keeps what is on the screen: as a new entry, or in the place of the one with this id. */
export async function saveShown(
  { lab, shown, words, picture }: NewEntry,
  over: string | null,
  now = Date.now(),
): Promise<void> {
  const id = over ?? newId();
  await changeSaved((entries) => {
    const before = entries.find((s) => s.id === id);
    const name = freeName(
      tidy(words).name,
      entries.filter((s) => s.id !== id).map((s) => s.name),
    );
    const one: Saved = {
      id,
      ...tidy(words),
      name,
      lab,
      hash: shown.hash,
      device: cut(shown.device, LIMITS.text),
      version: __APP_VERSION__,
      createdAt: before?.createdAt ?? now,
      changedAt: now,
      picture: picture.length <= LIMITS.picture ? picture : '',
      ...bounded(shown),
    };
    return { put: [one], remove: [] };
  });
  setOrigin(lab, id);
}

/** Opens one: another lab if need be. What is on the screen is one undo away, and the record of its run is checked. */
export function openSaved({ id, lab, hash }: Saved): void {
  setOrigin(lab, id);
  location.hash = hash === '' ? '#' : hash;
}

export const removeSaved = (ids: readonly string[]): Promise<Change> => changeSaved(() => ({ put: [], remove: ids }));
/** What was deleted comes back as it was, unless it has come back another way. */
export const restoreSaved = (saved: readonly Saved[]): Promise<Change> =>
  changeSaved((entries) => ({ put: saved.filter((s) => !entries.some((e) => e.id === s.id)), remove: [] }));

export function exportSaved(saved: readonly Saved[], now = Date.now()): void {
  const blob = new Blob([writeLibrary(saved, __APP_VERSION__, now)], { type: 'application/json' });
  saveBlob(blob, `stepscope-library-${new Date(now).toISOString().slice(0, 10)}.json`);
}

export interface Imported {
  readonly title: string;
  readonly lines: readonly string[];
}
const counted = (n: number): string => (n === 1 ? 'one experiment' : `${n} experiments`);

/** Brings in a file; throws a `LibraryFileError` where it brings nothing. */
export async function importLibrary(name: string, content: string): Promise<Imported> {
  const { saved, skipped } = readLibrary(
    name,
    content,
    allLabs().map((l) => l.id),
    labOf,
  );
  const out: Merged = await changeSaved((entries) => merged(entries, saved));
  const came = out.put.length - out.added;
  const parts = [
    out.added > 0 ? `${counted(out.added)} added` : '',
    came > 0 ? `${counted(came)} renewed` : '',
    out.same > 0 ? `${counted(out.same)} here already` : '',
  ].filter((p) => p !== '');
  return {
    title: `“${name}”: ${parts.length > 0 ? parts.join(', ') : 'nothing added'}.`,
    lines: [...out.conflicts, ...out.refused, ...skipped],
  };
}

/** Brings in a file and says what came of it: in the library where it is open, else on the page. */
export async function takeLibrary(name: string, content: string, notices: Teller<never> | null): Promise<void> {
  // Asked when there is something to say: the reader may have closed it meanwhile.
  const open = () => labStore.getState().library !== 'no';
  try {
    const { title, lines } = await importLibrary(name, content);
    say(title, lines);
    if (!open()) notices?.notify({ kind: 'restored', title, lines, hint: 'They are in the Library, above.' });
  } catch (thrown) {
    const title = thrown instanceof Error ? thrown.message : String(thrown);
    say(title);
    if (!open()) notices?.notify({ kind: 'restored', tone: 'warning', title, hint: 'Nothing was changed.' });
  }
}
