// How the page looks at the texts: nothing here changes what is computed, so nothing here is in the link.
import { createStore } from 'zustand/vanilla';
import type { Slot } from './types.ts';

export type Tint = 'none' | 'surprisal' | 'entropy' | 'origin';
/** A token on the page. `path` names the branch, '' the contender's own text; `at` counts in the generated text. */
export interface Place {
  readonly slot: Slot;
  readonly sample: number;
  readonly path: string;
  readonly at: number;
}
export type LabView = 'compare' | 'chat';
export interface LanguageView {
  readonly view: LabView;
  readonly tint: Tint;
  readonly differences: boolean;
  /** The sample that all cards show. */
  readonly sample: number;
  /** The token in the inspector. */
  readonly place: Place | null;
  /** The branch shown beside a contender's own text. */
  readonly branch: Readonly<Record<Slot, string>>;
  readonly highlighted: Slot | null;
  readonly panel: 'none' | 'gallery' | 'device' | 'conformance';
}
export const languageView = createStore<LanguageView>(() => ({
  view: 'compare',
  tint: 'surprisal',
  differences: true,
  sample: 0,
  place: null,
  branch: {},
  highlighted: null,
  panel: 'none',
}));
export const setLanguageView = (patch: Partial<LanguageView>): void => languageView.setState(patch);
