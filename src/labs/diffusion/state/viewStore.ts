// How the page looks at a run: nothing here changes what is computed, so nothing here is in the link.
import { createStore } from 'zustand/vanilla';
import type { Slot } from '../../../frame/state/slots.ts';

export type Background = 'none' | 'points' | 'density';
export type CostAxis = 'nfe' | 'gpuMs' | 'wallMs';
export interface ViewState {
  readonly layout: 'side' | 'overlay';
  /** Share of the run that the canvases show, 0…1; null follows the newest picture. */
  readonly position: number | null;
  readonly playing: boolean;
  readonly trails: boolean;
  readonly background: Background;
  readonly difference: boolean;
  /** Metric of the charts and captions; null takes the first that the results hold. */
  readonly metric: string | null;
  readonly costAxis: CostAxis;
  /** The contender in the step inspector, and the one whose row the pointer is on. */
  readonly inspected: Slot | null;
  readonly highlighted: Slot | null;
  readonly panel: 'none' | 'gallery' | 'history' | 'device' | 'rank';
  readonly drawing: boolean;
}

export const viewStore = createStore<ViewState>(() => ({
  layout: 'side',
  position: null,
  playing: false,
  trails: true,
  background: 'density',
  difference: false,
  metric: null,
  costAxis: 'nfe',
  inspected: null,
  highlighted: null,
  panel: 'none',
  drawing: false,
}));
export const setView = (patch: Partial<ViewState>): void => viewStore.setState(patch);
