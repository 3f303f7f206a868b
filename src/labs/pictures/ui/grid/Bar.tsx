import { CellBar } from '../../../../frame/ui/grid/CellBar.tsx';
import { grid } from '../../state/grid.ts';
import { useView } from '../hooks.ts';

/** The way back to the grid from one of its cells. */
export default function Bar() {
  const cell = useView((s) => s.cell);
  return <CellBar grid={grid} cell={cell} />;
}
