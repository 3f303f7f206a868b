// What a grid comes to before it is run: cells, evaluations, and which cells cannot be made. Counted in pieces, because
// ten thousand plans take seconds.
import { breathe, throwIfCancelled } from '../../../core/cancel.ts';
import { cellsOf, combinations } from '../../../experiments/grid/cells.ts';
import { isRefused, type Cell, type GridSpec, type Refused } from '../../../experiments/grid/types.ts';
import type { GridKind } from '../../config/grid.ts';

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

type Kind<Run> = Pick<GridKind<Run>, 'cellRun' | 'nfe' | 'nfeKey' | 'samples'>;

/** Evaluations of made cells; those that differ in nothing that they depend on are counted once. */
function counter<Run>({ nfe, nfeKey }: Kind<Run>) {
  const known = new Map<string, number>();
  return (made: Run): number => {
    const key = nfeKey(made);
    const count = known.get(key) ?? nfe(made);
    known.set(key, count);
    return count;
  };
}

export async function countGrid<Run>(
  kind: Kind<Run>,
  base: Run,
  spec: GridSpec,
  signal: AbortSignal,
): Promise<GridCount> {
  const nfeOf = counter(kind);
  const work = new Map<number, number>();
  let last: { cell: Cell; made: Run | Refused } | null = null;
  const make = (cell: Cell): Run | Refused => {
    if (last?.cell !== cell) last = { cell, made: kind.cellRun(base, cell.values) };
    return last.made;
  };
  const derived = (cell: Cell, field: string): string | undefined => {
    const made = make(cell);
    return field !== 'nfe' || isRefused(made) ? undefined : String(nfeOf(made));
  };
  let evaluations = 0;
  let unmakeable = 0;
  let because: string | null = null;
  let breathed = performance.now();
  for (const cell of cellsOf(spec, derived)) {
    const made = make(cell);
    if (isRefused(made)) {
      work.set(cell.index, 0);
      unmakeable++;
      because ??= made.refused;
    } else {
      const nfe = nfeOf(made);
      work.set(cell.index, nfe * kind.samples(made));
      evaluations += nfe;
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
