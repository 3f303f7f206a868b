// Which lab is open. The address says it, so that a link opens its own lab; each lab keeps its own hash while another is
// shown.
import { createStore } from 'zustand/vanilla';
import type { LabLibrary } from './library/contract.ts';

/** The keys of one place: as they are written, and what they do. */
export interface Shortcuts {
  readonly where: string;
  readonly keys: readonly (readonly [keys: string, does: string])[];
}

/** What the frame knows of a lab; labs/index.ts lists them. */
export interface LabEntry {
  /** As in `lab=` of a link. */
  readonly id: string;
  readonly title: string;
  /** One line that says what it is for. */
  readonly help: string;
  /**
   * Its code, loaded when the lab is first opened: a component, and what it tells the library of saved experiments, loaded
   * when that is opened.
   */
  load(): Promise<{ readonly default: () => unknown; library(): Promise<{ readonly library: LabLibrary }> }>;
  /** What can be done by keyboard in it, loaded when the list is opened. */
  keys(): Promise<{ readonly shortcuts: readonly Shortcuts[] }>;
}

let known: readonly LabEntry[] = [];
export const labStore = createStore<{
  readonly lab: string;
  /** The list of keyboard shortcuts is open. */
  readonly help: boolean;
  /** The library is open; `save`: to save what is on the screen. */
  readonly library: 'no' | 'look' | 'save';
  /** The name of the saved experiment that the one on the screen came from and departed from; else ''. */
  readonly departed: string;
}>(() => ({ lab: '', help: false, library: 'no', departed: '' }));
/** Where a tab remembers which saved experiments it has open. */
export const ORIGIN_KEY = 'stepscope-origin';
export const openLibrary = (library: 'look' | 'save'): void => labStore.setState({ library });
export const allLabs = (): readonly LabEntry[] => known;
export const inLab = (lab: string): boolean => labStore.getState().lab === lab;

/** The lab that a location hash belongs to; a link that names none, or one that is not there, is the first lab's. */
export function labOf(hash: string): string {
  const named = /(?:^|[#?&])lab=(\w+)(?:&|$)/.exec(hash)?.[1];
  return (known.find((l) => l.id === named) ?? known[0])?.id ?? '';
}
const startOf = (lab: string): string => (lab === known[0]?.id ? '' : `#lab=${lab}`);

const left = new Map<string, string>();
/** What a lab is left with, when the address had not yet caught up with its last edit. */
export const keepHash = (lab: string, hash: string): void => void left.set(lab, hash);

/** Goes to a lab as it was left. The way back is a step of the browser's history. */
export function openLab(lab: string): void {
  const { lab: here } = labStore.getState();
  if (lab === here) return;
  left.set(here, location.hash);
  history.pushState(null, '', (left.get(lab) ?? startOf(lab)) || location.pathname + location.search);
  labStore.setState({ lab });
}

/**
 * Opens the lab that the address names, and follows links and the browser's own back and forward; must be called before
 * a lab listens to the hash itself.
 */
export function openLabs(labs: readonly LabEntry[]): void {
  known = labs;
  const lab = labOf(location.hash);
  // Asked for at once, before anything is drawn.
  void known.find((l) => l.id === lab)?.load();
  labStore.setState({ lab });
  window.addEventListener('hashchange', (e) => {
    const { lab: here } = labStore.getState();
    const lab = labOf(location.hash);
    if (lab === here) return;
    left.set(here, new URL(e.oldURL).hash);
    labStore.setState({ lab });
  });
}
