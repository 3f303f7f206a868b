import { GridView } from '../../../../frame/ui/grid/GridView.tsx';
import { Base } from './Base.tsx';
import { gridUi } from './ui.ts';

/** The grid of this lab. */
export const Grid = () => <GridView {...gridUi} Base={Base} />;
