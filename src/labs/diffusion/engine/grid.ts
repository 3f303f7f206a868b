// The cells of a grid, one after another: those on one problem together, so that a model is prepared once.
import '../../../wrappers/index.ts';
import { breathe, throwIfCancelled } from '../../../core/cancel.ts';
import { cellsOf, inShard, WHOLE, type Shard } from '../../../experiments/grid/cells.ts';
import type { Cell, GridSpec } from '../../../experiments/grid/types.ts';
import { attempts, soundPlan } from './attempt.ts';
import { cellNfe, cellRun, type CellRun } from '../config/gridAxes.ts';
import { picture, type Picture } from '../../../engine/diffusion/tiles.ts';
import { problemKey, type Session } from './session.ts';
import type { Quality } from './run.ts';

/** A cell that ended. */
export interface CellResult {
  readonly cell: Cell;
  readonly nfe: number;
  readonly passes: number;
  readonly quality: Quality;
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
  | { readonly kind: 'cell'; readonly result: CellResult }
  | { readonly kind: 'failed'; readonly cell: Cell; readonly because: string };

export interface GridAsk {
  readonly base: CellRun;
  readonly spec: GridSpec;
  readonly shard?: Shard;
  /** Cells that are there already, by index. */
  readonly skip?: ReadonlySet<number>;
  /** Samples that a cell's picture shows. */
  readonly shown: number;
}

/** The cells that a grid runs, by index, of the whole or of one shard. */
export const gridCells = ({ base, spec, shard = WHOLE }: Pick<GridAsk, 'base' | 'spec' | 'shard'>): Cell[] =>
  [...cellsOf(spec, ({ values }, field) => (field === 'nfe' ? cellNfe(base, values)?.toString() : undefined))].filter(
    (cell) => inShard(cell, shard),
  );

interface Job extends CellRun {
  readonly cell: Cell;
  readonly nfe: number;
}

/** Jobs of one problem side by side, problems in the order of their first cell. */
function byProblem(jobs: readonly Job[]): Job[] {
  const groups = new Map<string, Job[]>();
  for (const job of jobs) {
    const key = problemKey(job.experiment);
    const text = JSON.stringify({ ...key, card: key.card.id });
    groups.set(text, [...(groups.get(text) ?? []), job]);
  }
  return [...groups.values()].flat();
}

/** Runs the cells; one that fails by itself is told and the others go on. Resolves to the number that ended well. */
export async function runGrid(
  session: Session,
  ask: GridAsk,
  emit: (event: GridEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly cells: number }> {
  const jobs: Job[] = [];
  for (const cell of gridCells(ask)) {
    if (ask.skip?.has(cell.index)) continue;
    // Thousands of plans take a while to count: a cancel must get through.
    if (jobs.length % 100 === 99) await breathe();
    throwIfCancelled(signal);
    const made = cellRun(ask.base, cell.values);
    if ('refused' in made) emit({ kind: 'failed', cell, because: made.refused });
    else jobs.push({ cell, ...made, nfe: cellNfe(ask.base, cell.values) ?? 1 });
  }
  const total = jobs.reduce((n, job) => n + job.nfe * job.experiment.samples, 0);
  const began = performance.now();
  let spent = 0;
  let cells = 0;
  for (const [i, job] of byProblem(jobs).entries()) {
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
    const result = await trying.of(0, () => runCell(session, job, ask.shown, signal).catch(ownFault));
    if (result) {
      emit({ kind: 'cell', result });
      cells++;
    }
    spent += job.nfe * job.experiment.samples;
  }
  return { cells };
}

/** Memory that runs out is the fault of a cell that asks for much: others may ask for less. */
function ownFault(thrown: unknown): never {
  if (thrown instanceof Error && thrown.name === 'OutOfMemoryError') throw new Error(thrown.message, { cause: thrown });
  throw thrown;
}

/** Lets a grid be run again where it stands: cells that ended before, also on a device that was lost, are not run twice. */
export function resumable(ask: GridAsk, emit: (event: GridEvent) => void) {
  const ended = new Set(ask.skip);
  return {
    /** What is left to ask for now. */
    rest: (): GridAsk => ({ ...ask, skip: new Set(ended) }),
    emit(event: GridEvent): void {
      if (event.kind === 'cell') ended.add(event.result.cell.index);
      if (event.kind === 'failed') ended.add(event.cell.index);
      emit(event);
    },
  };
}

async function runCell(session: Session, job: Job, shown: number, signal: AbortSignal): Promise<CellResult> {
  const { experiment, contender, cell } = job;
  const { problem, references, judge } = await session.prepare(experiment, signal);
  const plan = soundPlan(contender, experiment.model, problem.identity);
  const done = await problem.run(plan.ops, { seed: experiment.seed, signal });
  const reference = plan.stochastic ? null : await references.get(experiment.seed, signal);
  const quality = await judge.measure(done.x, reference);
  const { shape } = problem.key.card;
  return {
    cell,
    nfe: plan.nfe,
    passes: plan.nfe * problem.passes,
    quality,
    picture: picture(done.x.slice(0, shown * shape.dim), 0, shape),
    gpuMs: done.gpuMs,
    wallMs: done.wallMs,
  };
}
