// Undo of this lab: of its experiment, and of the axes while the grid is looked at.
import { createGridEdits, textsIn } from '../../../frame/state/grid/edits.ts';
import { undoable } from './experimentStore.ts';
import { viewStore } from './viewStore.ts';

export const edits = createGridEdits(undoable, textsIn(viewStore));
