// The task under edit, as its text: small enough to be there before anything of the view is loaded.
import { createStore } from 'zustand/vanilla';
import { createUndoable } from '../../../frame/state/undoable.ts';

/** '' until one is begun. */
export const editText = createUndoable<{ readonly text: string }>({ text: '' });
/** The record of the run that is shown, for a link; null while there is none. */
export const editRecord = createStore<{ readonly fingerprint: string | null }>(() => ({ fingerprint: null }));
export const textNow = (): string => editText.store.getState().experiment.text;
