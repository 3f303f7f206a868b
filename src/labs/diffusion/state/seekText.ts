// The noise search under edit, as its text: small enough to be there before anything of the view is loaded.
import { createStore } from 'zustand/vanilla';
import { createUndoable } from '../../../frame/state/undoable.ts';
import { viewStore } from './viewStore.ts';

/** '' until one is begun. */
export const seekText = createUndoable<{ readonly text: string }>({ text: '' });
/** What the search view searches for. */
export const searchKind = createStore<{ readonly kind: 'fit' | 'noise' }>(() => ({ kind: 'fit' }));
/** Whether noise searches are looked at. */
export const seeking = (): boolean =>
  viewStore.getState().labView === 'search' && searchKind.getState().kind === 'noise';
export const seekShown = (): string | null => (seeking() ? seekText.store.getState().experiment.text : null);
