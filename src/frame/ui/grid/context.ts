// The lab whose grid is drawn: its stores, and what of it only the lab can draw.
import { createContext, useContext, type ComponentType } from 'react';
import type { GridHead } from '../../../experiments/grid/records.ts';
import type { Grid } from '../../state/grid/create.ts';

export interface GridUi {
  readonly grid: Grid;
  /** The settings that all cells share. */
  readonly Base: ComponentType;
  /** Half-width of the plane that a cell's points lie in; labs of pictures have none. */
  readonly viewOf?: (head: GridHead, index: number) => number;
}
export const GridContext = createContext<GridUi | null>(null);
export const useGrid = (): GridUi => useContext(GridContext)!;
