// What the grid asks of the page of its lab.
import type { StoreApi } from 'zustand/vanilla';
import type { GridText } from '../../../experiments/grid/types.ts';
import type { GridKind } from '../../config/grid.ts';
import type { DeviceState } from '../deviceStore.ts';
import type { Teller } from '../notices.ts';
import type { Undoable } from '../undoable.ts';
import type { Left } from './count.ts';
import type { GridEdits } from './edits.ts';
import type { OpenTask } from './run.ts';

/** What the grid looks at of its lab's view. */
export interface GridView {
  readonly grid: GridText | null;
  /** The cell that is open in Compare. */
  readonly cell: number | null;
}
export interface GridHost<E extends object, Run> {
  readonly kind: GridKind<Run>;
  readonly experiment: Undoable<E>;
  /** What cells set their values on: an experiment and its first contender. */
  baseOf(experiment: E): Run;
  /** The experiment of a cell that is opened in Compare; what no cell depends on stays as the reader has it. */
  opened(made: Run, now: E): E;
  readonly view: StoreApi<GridView>;
  readonly edits: GridEdits;
  /** Looks at the grid, or at a cell of it in Compare. */
  show(view: { readonly labView: 'grid' | 'compare'; readonly cell: number | null; readonly grid?: GridText }): void;
  readonly device: StoreApi<DeviceState>;
  readonly openTask: OpenTask<Run>;
  readonly notices: Teller<never>;
  /** Samples that a cell's picture shows: fewer where there are many cells, so that memory stays flat. */
  shown(base: Run, cells: number): number;
  /** Milliseconds of an evaluation of a sample, by what ran last in Compare; null where nothing like it did. */
  perEvaluation(base: Run): number | null;
  /** Whether so much may begin by itself before anything of its kind was timed. */
  quick(base: Run, left: Left): boolean;
  /** Ends what Compare does, and lets what was cut short go on there. */
  pause(): void;
  goOn(): void;
}
