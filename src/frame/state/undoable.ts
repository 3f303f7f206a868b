// An experiment under edit: undo and redo by gesture, and the slots that its contenders keep while they live. Every lab
// has one.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Slot } from './slots.ts';

interface Snapshot<E> {
  readonly experiment: E;
  readonly slots: readonly Slot[];
}
export interface UndoState<E> extends Snapshot<E> {
  /**
   * The record carried by the link that was opened; gone with the first edit, because it then describes something else.
   */
  readonly fingerprint: string | null;
  readonly past: readonly Snapshot<E>[];
  readonly future: readonly Snapshot<E>[];
}

const MAX_UNDO = 100;
/** Edits closer than this (a slider being dragged, a word being typed) are undone together. */
const GESTURE_MS = 700;

export interface Undoable<E> {
  readonly store: StoreApi<UndoState<E>>;
  /** An edit. Edits of the same `what` in quick succession are one gesture; those of '' never are. */
  change(what: string, experiment: E, slots?: readonly Slot[]): void;
  /** Replaces the whole experiment: a link, a preset, a history entry. */
  load(experiment: E, fingerprint?: string | null): void;
  /** The same experiment in other words, or another view of it: nothing that anyone would undo. */
  restate(experiment: E): void;
  undo(): void;
  redo(): void;
}

export function createUndoable<E extends object>(first: E): Undoable<E> {
  const firstSlots = (e: { readonly contenders?: readonly unknown[] }): Slot[] => (e.contenders ?? []).map((_, i) => i);
  const store = createStore<UndoState<E>>(() => ({
    experiment: first,
    slots: firstSlots(first),
    fingerprint: null,
    past: [],
    future: [],
  }));
  const { getState, setState } = store;
  let lastEdit = 0;
  let lastWhat = '';
  function change(what: string, experiment: E, slots: readonly Slot[] = getState().slots): void {
    const state = getState();
    const now = Date.now();
    const sameGesture = what !== '' && what === lastWhat && now - lastEdit < GESTURE_MS;
    lastEdit = now;
    lastWhat = what;
    const past = sameGesture
      ? state.past
      : [...state.past, { experiment: state.experiment, slots: state.slots }].slice(-MAX_UNDO);
    setState({ experiment, slots, past, future: [], fingerprint: null });
  }
  return {
    store,
    change,
    load(experiment, fingerprint = null) {
      change('', experiment, firstSlots(experiment));
      setState({ fingerprint });
    },
    restate: (experiment) => setState({ experiment }),
    // A gesture ends with them: an edit that follows at once is one of its own.
    undo() {
      lastWhat = '';
      const { past, future, experiment, slots } = getState();
      const last = past.at(-1);
      if (last)
        setState({ ...last, past: past.slice(0, -1), future: [{ experiment, slots }, ...future], fingerprint: null });
    },
    redo() {
      lastWhat = '';
      const { past, future, experiment, slots } = getState();
      const next = future[0];
      if (next)
        setState({ ...next, past: [...past, { experiment, slots }], future: future.slice(1), fingerprint: null });
    },
  };
}
