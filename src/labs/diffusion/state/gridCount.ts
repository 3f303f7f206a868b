// What a grid comes to before it is run: cells, evaluations, and which cells cannot be made. Counted in pieces, because
// ten thousand plans take seconds.
import { breathe, throwIfCancelled } from '../../../core/cancel.ts';
import { cellsOf, combinations } from '../../../experiments/grid/cells.ts';
import type { Cell, GridSpec } from '../../../experiments/grid/types.ts';
import { contenderNfe } from '../config/contender.ts';
import { cellRun, type CellMade, type CellRun } from '../config/gridAxes.ts';

export interface GridCount {
  readonly combinations: number;
  /** Indexes of the cells that are run, each with its evaluations times samples. */
  readonly work: ReadonlyMap<number, number>;
  /** Evaluations of all cells. */
  readonly evaluations: number;
  /** Cells that cannot be made, and the first reason. */
  readonly unmakeable: number;
  readonly because: string | null;
}

/** Milliseconds of counting between two breaths. */
const PIECE_MS = 12;

/** Evaluations of made cells; those that differ in their noise alone are counted once. */
function counter() {
  const known = new Map<string, number>();
  return (made: CellMade): number | undefined => {
    if ('refused' in made) return undefined;
    const { contender, experiment } = made;
    const key = JSON.stringify([experiment.model, contender]);
    const nfe = known.get(key) ?? contenderNfe(contender, experiment.model, contender.steps);
    known.set(key, nfe);
    return nfe;
  };
}

export async function countGrid(base: CellRun, spec: GridSpec, signal: AbortSignal): Promise<GridCount> {
  const nfeOf = counter();
  const work = new Map<number, number>();
  let last: { cell: Cell; made: CellMade } | null = null;
  const make = (cell: Cell): CellMade => {
    if (last?.cell !== cell) last = { cell, made: cellRun(base, cell.values) };
    return last.made;
  };
  const derived = (cell: Cell, field: string) => (field === 'nfe' ? nfeOf(make(cell))?.toString() : undefined);
  let evaluations = 0;
  let unmakeable = 0;
  let because: string | null = null;
  let breathed = performance.now();
  for (const cell of cellsOf(spec, derived)) {
    const made = make(cell);
    const nfe = nfeOf(made) ?? 0;
    work.set(cell.index, 'refused' in made ? 0 : nfe * made.experiment.samples);
    evaluations += nfe;
    if ('refused' in made) {
      unmakeable++;
      because ??= made.refused;
    }
    if (performance.now() - breathed < PIECE_MS) continue;
    await breathe();
    throwIfCancelled(signal);
    breathed = performance.now();
  }
  return { combinations: combinations(spec), work, evaluations, unmakeable, because };
}

export interface Left {
  readonly cells: number;
  readonly work: number;
}
/** The cells that are not there yet, and their evaluations times samples; those that cannot be made take no time. */
export function leftOf({ work }: Pick<GridCount, 'work'>, has: (index: number) => boolean): Left {
  let sum = 0;
  let cells = 0;
  for (const [index, amount] of work) {
    if (has(index) || amount === 0) continue;
    cells++;
    sum += amount;
  }
  return { cells, work: sum };
}
