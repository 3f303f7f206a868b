// The cells of a grid, one after another, whatever a lab's cells are: those that share what is dear to prepare together.
import { breathe, throwIfCancelled } from '../core/cancel.ts';
import type { FurtherCounts } from '../core/counts.ts';
import { cellsOf, inShard, WHOLE, type Shard } from '../experiments/grid/cells.ts';
import { isRefused, type Cell, type GridSpec, type Refused } from '../experiments/grid/types.ts';
import { attempts } from './diffusion/attempts.ts';
import type { Picture } from './diffusion/tiles.ts';

/** A cell that ended. */
export interface CellResult {
  readonly cell: Cell;
  readonly nfe: number;
  readonly passes: number;
  /** Where the lab counts them. */
  readonly costs?: FurtherCounts;
  /** By metric; what is not defined is missing. */
  readonly quality: Readonly<Record<string, number | undefined>>;
  /** Its first samples. */
  readonly picture: Picture;
  readonly gpuMs: number | null;
  readonly wallMs: number;
}
export type GridEvent =
  | {
      readonly kind: 'status';
      readonly done: number;
      readonly of: number;
      readonly fraction: number;
      readonly remainingMs: number | null;
    }
  /** What a cell looks like on its way. */
  | { readonly kind: 'preview'; readonly cell: Cell; readonly picture: Picture }
  | { readonly kind: 'cell'; readonly result: CellResult }
  | { readonly kind: 'failed'; readonly cell: Cell; readonly because: string };

export interface GridAsk<Run> {
  readonly base: Run;
  readonly spec: GridSpec;
  readonly shard?: Shard;
  /** Cells that are there already, by index. */
  readonly skip?: ReadonlySet<number>;
  /** Samples that a cell's picture shows. */
  readonly shown: number;
}

/** What a lab makes of the values of a cell. */
export interface CellMaker<Run> {
  cellRun(base: Run, values: Cell['values']): Run | Refused;
  nfe(made: Run): number;
  samples(made: Run): number;
  /** What is prepared once for all cells that have it in common. */
  shared(made: Run): string;
}

/** A cell that is to be run. */
export interface CellJob<Run> {
  readonly cell: Cell;
  readonly made: Run;
  /** Evaluations times samples. */
  readonly work: number;
}

/** The cells that a grid runs, by index, of the whole or of one shard. */
export const gridCells = <Run>(
  { cellRun, nfe }: Pick<CellMaker<Run>, 'cellRun' | 'nfe'>,
  { base, spec, shard = WHOLE }: Pick<GridAsk<Run>, 'base' | 'spec' | 'shard'>,
): Cell[] => {
  const counted = ({ values }: Cell): string | undefined => {
    const made = cellRun(base, values);
    return isRefused(made) ? undefined : String(nfe(made));
  };
  return [...cellsOf(spec, (cell, field) => (field === 'nfe' ? counted(cell) : undefined))].filter((cell) =>
    inShard(cell, shard),
  );
};

/** Jobs that share what is prepared side by side, in the order of their first cell. */
function byShared<Run>(jobs: readonly CellJob<Run>[], { shared }: CellMaker<Run>): CellJob<Run>[] {
  const groups = new Map<string, CellJob<Run>[]>();
  for (const job of jobs) {
    const key = shared(job.made);
    const group = groups.get(key);
    if (group) group.push(job);
    else groups.set(key, [job]);
  }
  return [...groups.values()].flat();
}

/** What is to be run, in order; cells that cannot be made are told at once. */
export async function gridJobs<Run>(
  maker: CellMaker<Run>,
  ask: GridAsk<Run>,
  emit: (event: GridEvent) => void,
  signal: AbortSignal,
): Promise<readonly CellJob<Run>[]> {
  const jobs: CellJob<Run>[] = [];
  for (const cell of gridCells(maker, ask)) {
    if (ask.skip?.has(cell.index)) continue;
    // Thousands of plans take a while to count: a cancel must get through.
    if (jobs.length % 100 === 99) await breathe();
    throwIfCancelled(signal);
    const made = maker.cellRun(ask.base, cell.values);
    if (isRefused(made)) emit({ kind: 'failed', cell, because: made.refused });
    else jobs.push({ cell, made, work: Math.max(1, maker.nfe(made)) * maker.samples(made) });
  }
  return byShared(jobs, maker);
}

/** Runs jobs; one that fails by itself is told and the others go on. Resolves to the number that ended well. */
export async function runJobs<Run>(
  jobs: readonly CellJob<Run>[],
  runCell: (job: CellJob<Run>) => Promise<CellResult>,
  emit: (event: GridEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly cells: number }> {
  const total = jobs.reduce((n, { work }) => n + work, 0);
  const began = performance.now();
  let spent = 0;
  let cells = 0;
  for (const [i, job] of jobs.entries()) {
    throwIfCancelled(signal);
    const elapsed = performance.now() - began;
    emit({
      kind: 'status',
      done: i,
      of: jobs.length,
      fraction: spent / total,
      remainingMs: spent > 0 ? (elapsed / spent) * (total - spent) : null,
    });
    const told = (because: string) => emit({ kind: 'failed', cell: job.cell, because });
    const trying = attempts(({ because }) => told(because), alive);
    const result = await trying.of(0, () => runCell(job).catch(ownFault));
    if (result) {
      emit({ kind: 'cell', result });
      cells++;
    }
    spent += job.work;
  }
  return { cells };
}

/** Memory that runs out is the fault of a cell that asks for much: others may ask for less. */
function ownFault(thrown: unknown): never {
  if (thrown instanceof Error && thrown.name === 'OutOfMemoryError') throw new Error(thrown.message, { cause: thrown });
  throw thrown;
}

/** Lets a grid be run again where it stands: cells that ended before, also on a device that was lost, are not run twice. */
export function resumable<Run>(ask: GridAsk<Run>, emit: (event: GridEvent) => void) {
  const ended = new Set(ask.skip);
  return {
    /** What is left to ask for now. */
    rest: (): GridAsk<Run> => ({ ...ask, skip: new Set(ended) }),
    emit(event: GridEvent): void {
      if (event.kind === 'cell') ended.add(event.result.cell.index);
      if (event.kind === 'failed') ended.add(event.cell.index);
      emit(event);
    },
  };
}
