// What the cell under the cursor says in words.
import type { Spot } from '../../../experiments/grid/summary.ts';
import type { Verdict } from '../../../metrics/intervals.ts';
import { short } from '../format.ts';
import type { Picture } from '../../../engine/diffusion/tiles.ts';
import type { Grid } from '../../state/grid/create.ts';
import { spotIndex } from '../../state/grid/face.ts';
import type { Place } from './board.ts';
import type { CellState } from './cells.ts';
import type { Results } from './useResults.ts';

export interface CellReading {
  /** Of the cell that is pictured and opened; null where nothing has ended. */
  readonly index: number | null;
  readonly state: CellState;
  /** "Sampler heun, Evaluations 8" */
  readonly where: string;
  /** Its number with its interval, or why there is none. */
  readonly says: string;
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  best: ', the best',
  tied: ', not distinguishable from the best',
  worse: '',
  unknown: '',
};

/** "0.0123 ± 0.001 over 4", or why there is no number. */
export function spotText(spot: Spot, verdict: Verdict, unit: string): string {
  if (spot.mean === null) return spot.values + spot.without > 0 ? 'not defined here' : '';
  const half = spot.half === null ? '' : ` ± ${short(spot.half, 2)}`;
  const over = spot.values > 1 ? `, mean of ${spot.values}` : '';
  const without = spot.without > 0 ? `, ${spot.without} without a value` : '';
  return `${short(spot.mean)}${half}${unit && ` ${unit}`}${over}${without}${VERDICTS[verdict]}`;
}

type Rows = Pick<Grid, 'rows'>;

export function stateOf(
  { rows }: Rows,
  results: Results,
  runs: (index: number) => boolean,
  [row, column]: Place,
): CellState {
  const { head, laid, shown } = results;
  if (!head || !laid) return 'waiting';
  const cell = shown?.cells[row]?.[column] ?? null;
  if (cell !== null) return rows.get(cell)?.failed === null ? 'done' : 'failed';
  const index = spotIndex(head, laid, row, column);
  if (rows.preview(index)) return 'working';
  return runs(index) ? 'waiting' : 'skipped';
}

/** The picture at a place, and of which cell it is; of one at work its preview. */
export function pictureAt(
  { rows }: Rows,
  { head, laid, shown }: Results,
  [row, column]: Place,
): { readonly index: number; readonly picture: Picture | undefined } {
  const cell = shown?.cells[row]?.[column] ?? null;
  if (cell !== null) return { index: cell, picture: rows.picture(cell) };
  const index = head && laid ? spotIndex(head, laid, row, column) : 0;
  return { index, picture: rows.preview(index) };
}

export function readingOf(
  grid: Rows,
  results: Results,
  place: Place | null,
  runs: (index: number) => boolean,
  titleOf: (field: string) => string,
): CellReading | null {
  const { laid, shown, metric, ranking } = results;
  if (!laid || !place) return null;
  const [row, column] = place;
  const xValue = laid.x.values[column];
  const yValue = laid.y?.values[row];
  if (xValue === undefined || (laid.y && yValue === undefined)) return null;
  const state = stateOf(grid, results, runs, place);
  const index = shown?.cells[row]?.[column] ?? null;
  const held = laid.others.flatMap(({ axis, at }) => (at === null ? [] : [`${titleOf(axis.field)} ${at}`]));
  const where = [
    ...(laid.y ? [`${titleOf(laid.y.field)} ${yValue}`] : []),
    `${titleOf(laid.x.field)} ${xValue}`,
    ...held,
  ].join(', ');
  const spot = shown?.spots[row]?.[column];
  const nfe = index === null ? null : grid.rows.get(index)?.nfe;
  const cost = typeof nfe === 'number' && metric?.id !== 'nfe' ? `${nfe} evaluations` : '';
  const number = spot && metric ? spotText(spot, ranking?.verdicts[row]?.[column] ?? 'unknown', metric.unit) : '';
  const says = {
    waiting: 'has not been run',
    working: 'is being run',
    skipped: 'is left out by a rule',
    failed: index === null ? '' : `failed: ${grid.rows.get(index)?.failed ?? ''}`,
    done: [number && `${metric?.title} ${number}`, cost].filter((t) => t !== '').join('; '),
  }[state];
  return { index, state, where, says };
}
