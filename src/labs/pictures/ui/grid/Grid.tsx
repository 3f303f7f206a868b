import { GridView } from '../../../../frame/ui/grid/GridView.tsx';
import { grid } from '../../state/grid.ts';
import { Base } from './Base.tsx';
import './grid.css';

/** The grid of this lab. */
const Grid = () => <GridView grid={grid} Base={Base} />;
export default Grid;
