// How the page looks at a run: nothing here changes what is computed. A link keeps `KeptView` of it.
import type { GridText } from '../../../experiments/grid/types.ts';
import { createStore } from 'zustand/vanilla';
import { WHOLE, type Camera } from '../../../frame/state/camera.ts';
import type { RowedView } from '../config/rowedViews.ts';
import { defaultView, type KeptView } from '../config/view.ts';
import type { Slot } from '../../../frame/state/slots.ts';

export type { Background, CostAxis } from '../config/view.ts';
export interface ViewState extends KeptView {
  /** Share of the run that the canvases show, 0…1; null follows the newest picture. */
  readonly position: number | null;
  readonly playing: boolean;
  /** Zoom and pan of all pictures together. */
  readonly camera: Camera;
  /** The sample under the pointer, marked in every picture. */
  readonly sample: number | null;
  /** Contenders that are not shown; they are computed all the same. */
  readonly hidden: readonly Slot[];
  /** The picture that is open large; −1 is the reference. */
  readonly large: Slot | null;
  /** The contender in the step inspector, and the one whose row the pointer is on. */
  readonly inspected: Slot | null;
  readonly highlighted: Slot | null;
  readonly panel: 'none' | 'gallery' | 'device' | 'rank' | 'search' | 'likelihood';
  readonly drawing: boolean;
  /** Contenders side by side, one of them over a grid of settings or fitted to the model, a task on given data, or rows of
   * another kind. */
  readonly labView: LabView;
  /** The axes of the grid as they are typed; null until one is begun. */
  readonly grid: GridText | null;
  /** The cell of the grid that was opened here, by index. */
  readonly cell: number | null;
}
export type LabView = 'compare' | 'grid' | 'search' | 'edit' | RowedView;

export const viewStore = createStore<ViewState>(() => ({
  ...defaultView,
  position: null,
  playing: false,
  camera: WHOLE,
  sample: null,
  hidden: [],
  large: null,
  inspected: null,
  highlighted: null,
  panel: 'none',
  drawing: false,
  labView: 'compare',
  grid: null,
  cell: null,
}));
export const setView = (patch: Partial<ViewState>): void => viewStore.setState(patch);

/** Shows or hides a contender. */
export const toggleHidden = (slot: Slot): void =>
  viewStore.setState(({ hidden }) => ({
    hidden: hidden.includes(slot) ? hidden.filter((s) => s !== slot) : [...hidden, slot],
  }));
/** Forgets that slots were hidden which are gone: whoever takes their colour next is shown. */
export function forgetHidden(slots: readonly Slot[]): void {
  const { hidden } = viewStore.getState();
  const kept = hidden.filter((s) => slots.includes(s));
  if (kept.length < hidden.length) setView({ hidden: kept });
}
/** Shows one contender alone; all of them again when it is alone already. */
export const toggleSolo = (slot: Slot, slots: readonly Slot[]): void =>
  viewStore.setState(({ hidden }) => {
    const others = slots.filter((s) => s !== slot);
    const alone = !hidden.includes(slot) && others.every((s) => hidden.includes(s));
    return { hidden: alone ? [] : others };
  });
