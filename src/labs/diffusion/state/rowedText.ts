// What the views of rows show, as their texts: small enough to be there before anything of a view is loaded.
import { createStore } from 'zustand/vanilla';
import { createUndoable, type Undoable } from '../../../frame/state/undoable.ts';
import { isRowed, ROWED_VIEWS, type RowedText, type RowedView } from '../config/rowedViews.ts';
import { viewStore } from './viewStore.ts';

type ByView<T> = Readonly<Record<RowedView, T>>;
const each = <T>(make: () => T): ByView<T> =>
  Object.fromEntries(ROWED_VIEWS.map((view) => [view, make()])) as Record<RowedView, T>;

/** '' until one is begun. */
export const rowedTexts: ByView<Undoable<{ readonly text: string }>> = each(() => createUndoable({ text: '' }));
/** The record of the run that is shown, for a link; null while there is none. */
export const rowedRecords = each(() =>
  createStore<{ readonly fingerprint: string | null }>(() => ({ fingerprint: null })),
);
export const rowedTextOf = (view: RowedView): string => rowedTexts[view].store.getState().experiment.text;

/** The one that is looked at. */
export function rowedShown(): RowedText | null {
  const view = viewStore.getState().labView;
  return isRowed(view) ? { view, text: rowedTextOf(view) } : null;
}
