// What of the grid only this lab can draw.
import { cellAt } from '../../../../experiments/grid/cells.ts';
import type { GridHead } from '../../../../experiments/grid/records.ts';
import { modelIds } from '../../../../models/index.ts';
import { diffusionGrid } from '../../config/grid.ts';
import { modelCard } from '../../config/menus.ts';
import { grid } from '../../state/grid.ts';

/** Half-width of the plane where a card names none. */
const VIEW = 3;

/** Half-width of the plane that a cell's points lie in. */
function viewOf(head: GridHead, index: number): number {
  const { model: text } = cellAt(head, index).values;
  const model = modelIds.find((id) => id === text) ?? diffusionGrid.parse(head.link).experiment.model;
  return modelCard(model).view ?? VIEW;
}
export const gridUi = { grid, viewOf };
