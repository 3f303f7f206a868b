// The saved experiment that the one on the screen came from, lab by lab, and whether it has been changed since. It
// outlives a reload of the tab, as the address does.
import { createStore } from 'zustand/vanilla';
import type { Saved } from '../../config/library/types.ts';
import { labStore, ORIGIN_KEY } from '../labStore.ts';
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
/** Of the origin's link, which stays while the experiment changes. */
let words = { hash: '', canonical: '' };
const wordsOf = (library: LabLibrary, hash: string): string => {
  if (words.hash !== hash) words = { hash, canonical: library.canonical(hash) };
  return words.canonical;
};
/** Says on the page whether the open lab's experiment is another one than the saved one that it came from. */
function mark(): void {
  const { lab } = labStore.getState();
  const library = watched.get(lab);
  const origin = originOf(lab);
  const differs = origin !== null && library !== undefined && library.present() !== wordsOf(library, origin.hash);
  const departed = differs ? origin.name : '';
  if (labStore.getState().departed !== departed) labStore.setState({ departed });
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
  for (const store of [originStore, libraryStore]) store.subscribe(mark);
  labStore.subscribe((now, before) => now.lab !== before.lab && void watch(now.lab));
  void watch(labStore.getState().lab);
}
