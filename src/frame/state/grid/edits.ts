// Undo where a lab has a grid: the last edit is taken back, of the experiment or of the axes, whichever came later.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { GridText } from '../../../experiments/grid/types.ts';
import type { Undoable } from '../undoable.ts';

/** Where the texts of the axes are. */
export interface GridTexts {
  get(): GridText | null;
  set(text: GridText): void;
  /** Whether they are looked at: elsewhere nobody could see what was undone. */
  shown(): boolean;
  /** Hears when they are looked at, and no more. */
  subscribe(listener: () => void): unknown;
}
/** In a lab's view. */
export const textsIn = (view: StoreApi<{ readonly labView: string; readonly grid: GridText | null }>): GridTexts => ({
  get: () => view.getState().grid,
  set: (grid) => view.setState({ grid }),
  shown: () => view.getState().labView === 'grid',
  subscribe: (listener) => view.subscribe((now, before) => now.labView !== before.labView && listener()),
});
/** An edit of the axes, and the experiment's own step at which it was made. */
interface Step {
  readonly text: GridText;
  readonly beside: object | undefined;
}
const MOST = 50;
/** Letters that come closer than this are one edit. */
const GESTURE_MS = 700;
const NO_GRID: GridText = { axes: [], skip: '' };

export interface GridEdits {
  /** Edits the axes or the rules; `what`: typed on, so that it is undone together with what was typed there before. */
  edit(patch: Partial<GridText>, what?: string): void;
  undo(): void;
  redo(): void;
  /** What can be undone and done again now. */
  readonly store: StoreApi<{ readonly past: readonly unknown[]; readonly future: readonly unknown[] }>;
}

export function createGridEdits<E extends object>(
  experiment: Undoable<E>,
  texts: GridTexts,
  now: () => number = Date.now,
): GridEdits {
  let past: readonly Step[] = [];
  let future: readonly Step[] = [];
  let last = { what: '', at: 0 };
  const own = () => experiment.store.getState();
  const text = () => texts.get() ?? NO_GRID;
  const store = createStore<{ past: readonly unknown[]; future: readonly unknown[] }>(() => ({ past: [], future: [] }));
  const told = () => {
    const both = texts.shown();
    const { past: before, future: after } = own();
    store.setState({ past: both ? [...before, ...past] : before, future: both ? [...after, ...future] : after });
  };
  experiment.store.subscribe((state, before) => {
    const redone = before.future[0]?.experiment === state.experiment;
    const undone = state.future[0]?.experiment === before.experiment;
    // An edit of the experiment leaves nothing to be done again.
    if (state.past !== before.past && !redone && !undone) future = [];
    told();
  });
  texts.subscribe(told);

  /** Whether the axes were edited after the experiment was. */
  const newer = (step: Step | undefined, beside: object | undefined): step is Step =>
    texts.shown() && step !== undefined && step.beside === beside;

  return {
    store,
    edit(patch, what = '') {
      const at = now();
      const same = what !== '' && what === last.what && at - last.at < GESTURE_MS;
      last = { what, at };
      const beside = own().past.at(-1);
      if (!same) past = [...past, { text: text(), beside }].slice(-MOST);
      future = [];
      texts.set({ ...text(), ...patch });
      told();
    },
    undo() {
      last = { what: '', at: 0 };
      const step = past.at(-1);
      if (!newer(step, own().past.at(-1))) return experiment.undo();
      past = past.slice(0, -1);
      future = [{ text: text(), beside: own().future[0] }, ...future];
      texts.set(step.text);
      told();
    },
    redo() {
      last = { what: '', at: 0 };
      const step = future[0];
      if (!newer(step, own().future[0])) return experiment.redo();
      future = future.slice(1);
      past = [...past, { text: text(), beside: own().past.at(-1) }];
      texts.set(step.text);
      told();
    },
  };
}
