// A grid's part of this lab's links.
import * as link from '../../../experiments/grid/link.ts';
import type { GridSpec, GridText } from '../../../experiments/grid/types.ts';
import { CONTRARY } from '../../../samplers/contenders/axes.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import type { Experiment } from './experiment.ts';
import { gridFields, isGridField, type CellRun } from './gridAxes.ts';

export { writeGrid } from '../../../experiments/grid/link.ts';

/** `contender` is the one whose parameters are offered where a field is not known. */
export const namesOn = ({ contender }: Pick<CellRun, 'contender'>): link.AxisNames => ({
  isField: isGridField,
  known: () => gridFields(contender).map((f) => f.id),
  contrary: CONTRARY,
});

/** The grid that a link's texts ask for, or why there is none, as a sentence. */
export const readGrid = (text: GridText, base: Pick<CellRun, 'contender'>): link.GridRead =>
  link.readGrid(text, namesOn(base));

/** An experiment as a grid of its own: a cell for each contender. */
export const contenderGrid = ({ contenders }: Experiment): GridSpec =>
  link.contenderGrid(contenders.map(formatContender));
