// The saved experiment that the one on the screen came from, lab by lab, and whether it has been changed since. It
// outlives a reload of the tab, as the address does.
import { createStore } from 'zustand/vanilla';
import type { Saved } from '../../config/library/types.ts';
import { labOf, labStore, ORIGIN_KEY } from '../labStore.ts';
import { libraryOf, type LabLibrary } from './contract.ts';
import { libraryStore, readSaved } from './store.ts';

/** Ids by lab. */
type Origins = Readonly<Record<string, string>>;

function remembered(): Origins {
  try {
    const held: unknown = JSON.parse(sessionStorage.getItem(ORIGIN_KEY) ?? '{}');
    return Object.fromEntries(
      Object.entries(held ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    );
  } catch {
    return {};
  }
}
export const originStore = createStore<{ readonly origins: Origins }>(() => ({ origins: remembered() }));

export function setOrigin(lab: string, id: string | null): void {
  const others = Object.entries(originStore.getState().origins).filter(([other]) => other !== lab);
  const origins = Object.fromEntries(id === null ? others : [...others, [lab, id]]);
  originStore.setState({ origins });
  try {
    sessionStorage.setItem(ORIGIN_KEY, JSON.stringify(origins));
  } catch {
    // Blocked storage: then it is known until the page is reloaded.
  }
}

export const originOf = (lab: string): Saved | null => {
  const id = originStore.getState().origins[lab];
  return (id !== undefined && libraryStore.getState().entries?.find((s) => s.id === id)) || null;
};

const watched = new Map<string, LabLibrary>();
/** What each lab had on its screen when it was last marked. */
const seen = new Map<string, string>();
/** Saved links in their lab's words, which are asked for at every edit. */
const words = new Map<string, string>();
function canonicalOf(library: LabLibrary, { lab, hash }: Saved): string {
  const key = `${lab} ${hash}`;
  const known = words.get(key) ?? library.canonical(hash);
  words.set(key, known);
  return known;
}

/**
 * Says on the page whether the open lab's experiment is another one than the saved one that it came from. One that has
 * become another saved one, by an undo or an edit, is that one.
 */
function mark(): void {
  const { lab } = labStore.getState();
  const library = watched.get(lab);
  const origin = originOf(lab);
  let departed = '';
  if (library) {
    const present = library.present();
    seen.set(lab, present);
    const same = (s: Saved) => s.lab === lab && canonicalOf(library, s) === present;
    const found = origin && same(origin) ? origin : (libraryStore.getState().entries ?? []).find(same);
    if (found && found !== origin) return setOrigin(lab, found.id);
    if (origin && !found) departed = origin.name;
  }
  if (labStore.getState().departed !== departed) labStore.setState({ departed });
}

/** A link that opens something else comes from no saved experiment. */
function onLink(): void {
  const lab = labOf(location.hash);
  const library = watched.get(lab);
  const origin = originOf(lab);
  if (!library || !origin) return;
  const opened = library.canonical(location.hash);
  if (opened === seen.get(lab) || opened === canonicalOf(library, origin)) return;
  // Not before the lab has opened it: until then the saved one may still be on the screen.
  setTimeout(() => setOrigin(lab, null));
}

/** Looking around tells many times a second. */
let asked = 0;
function markSoon(): void {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(mark);
}

async function watch(lab: string): Promise<void> {
  if (!watched.has(lab)) {
    const library = await libraryOf(lab);
    if (!library || watched.has(lab)) return;
    watched.set(lab, library);
    for (const store of library.watched) store.subscribe(markSoon);
  }
  mark();
}

let following = false;
/** From here on the mark follows the experiment, the library and the open lab. */
export function followOrigin(): void {
  if (following) return;
  following = true;
  if (libraryStore.getState().entries === null) void readSaved();
  window.addEventListener('hashchange', onLink);
  for (const store of [originStore, libraryStore]) store.subscribe(mark);
  labStore.subscribe((now, before) => now.lab !== before.lab && void watch(now.lab));
  void watch(labStore.getState().lab);
}
