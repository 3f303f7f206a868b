// Undo of this lab: of its experiment, and of the axes while the grid is looked at.
import { createGridEdits } from '../../../frame/state/grid/edits.ts';
import { undoable } from './experimentStore.ts';
import { setView, viewStore } from './viewStore.ts';

export const edits = createGridEdits(undoable, {
  get: () => viewStore.getState().grid,
  set: (grid) => setView({ grid }),
  shown: () => viewStore.getState().labView === 'grid',
  subscribe: (listener) => viewStore.subscribe((now, before) => now.labView !== before.labView && listener()),
});
