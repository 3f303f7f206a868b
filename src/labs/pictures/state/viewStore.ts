// How the page looks at a run: nothing here changes what is computed.
import { createStore } from 'zustand/vanilla';
import type { GridText } from '../../../experiments/grid/types.ts';
import { WHOLE, type Camera } from '../../../frame/state/camera.ts';
import type { Slot } from '../../../frame/state/slots.ts';

export interface ViewState {
  /** Share of the run that the canvases show, 0…1; null follows the newest picture. */
  readonly position: number | null;
  readonly playing: boolean;
  /** Zoom and pan of all pictures together: the magnifier. */
  readonly camera: Camera;
  /** The picture that is open large, by contender and sample. */
  readonly large: { readonly slot: Slot; readonly sample: number } | null;
  readonly highlighted: Slot | null;
  /** Contenders that are not shown; they are computed all the same. */
  readonly hidden: readonly Slot[];
  /** The contender that differences are taken to; null shows pictures. */
  readonly baseline: Slot | null;
  /** How many times differences are enlarged. */
  readonly gain: number;
  readonly panel: 'none' | 'gallery' | 'device' | 'best';
  /** Contenders side by side, or one of them over a grid of settings. */
  readonly labView: LabView;
  /** The axes of the grid as they are typed; null until one is begun. */
  readonly grid: GridText | null;
  /** The cell of the grid that was opened here, by index. */
  readonly cell: number | null;
}
export type LabView = 'compare' | 'grid';
export const viewStore = createStore<ViewState>(() => ({
  position: null,
  playing: false,
  camera: WHOLE,
  large: null,
  highlighted: null,
  hidden: [],
  baseline: null,
  gain: 2,
  panel: 'none',
  labView: 'compare',
  grid: null,
  cell: null,
}));
export const setView = (patch: Partial<ViewState>): void => viewStore.setState(patch);

export const toggleHidden = (slot: Slot): void =>
  viewStore.setState(({ hidden }) => ({
    hidden: hidden.includes(slot) ? hidden.filter((s) => s !== slot) : [...hidden, slot],
  }));
/** Shows one contender alone; all of them again when it is alone already. */
export const toggleSolo = (slot: Slot, slots: readonly Slot[]): void =>
  viewStore.setState(({ hidden }) => {
    const others = slots.filter((s) => s !== slot);
    const alone = !hidden.includes(slot) && others.every((s) => hidden.includes(s));
    return { hidden: alone ? [] : others };
  });
/** Forgets what was looked at of slots that are gone: whoever takes their colour next is shown. */
export function forgetSlots(slots: readonly Slot[]): void {
  const { hidden, baseline, large } = viewStore.getState();
  if (hidden.some((s) => !slots.includes(s))) setView({ hidden: hidden.filter((s) => slots.includes(s)) });
  if (baseline !== null && !slots.includes(baseline)) setView({ baseline: null });
  if (large && !slots.includes(large.slot)) setView({ large: null });
}
