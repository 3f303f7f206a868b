// How the page looks at a run: nothing here changes what is computed. A link keeps `KeptView` of it.
import { createStore } from 'zustand/vanilla';
import { defaultView, type KeptView } from '../config/view.ts';
import type { Slot } from '../../../frame/state/slots.ts';

export type { Background, CostAxis } from '../config/view.ts';
export interface ViewState extends KeptView {
  /** Share of the run that the canvases show, 0…1; null follows the newest picture. */
  readonly position: number | null;
  readonly playing: boolean;
  /** The contender in the step inspector, and the one whose row the pointer is on. */
  readonly inspected: Slot | null;
  readonly highlighted: Slot | null;
  readonly panel: 'none' | 'gallery' | 'history' | 'device' | 'rank';
  readonly drawing: boolean;
}

export const viewStore = createStore<ViewState>(() => ({
  ...defaultView,
  position: null,
  playing: false,
  inspected: null,
  highlighted: null,
  panel: 'none',
  drawing: false,
}));
export const setView = (patch: Partial<ViewState>): void => viewStore.setState(patch);
