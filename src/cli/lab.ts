// What the command line asks of a lab beside its grid (frame/config/grid.ts): whatever is done with results is the same
// for all of them.
import type { Refusal } from '../core/refusal.ts';
import type { Picture } from '../engine/diffusion/tiles.ts';
import type { CellMaker, GridAsk, GridEvent } from '../engine/grid.ts';
import type { GridSpec, GridText } from '../experiments/grid/types.ts';
import type { GridKind } from '../frame/config/grid.ts';
import type { RunCommand } from './args.ts';
import type { Lines } from './progress.ts';
import type { Raster } from './raster.ts';

/** Where the program is, and whom it tells. */
export interface Place {
  /** The folder of this program, with its models and packages. */
  readonly root: URL;
  readonly version: string;
  readonly out: Lines;
  readonly err: Lines;
  readonly signal: AbortSignal;
}

export interface RunAsk<Run> extends GridAsk<Run> {
  /** Columns of the results. */
  readonly metrics: readonly string[];
}
/** A lab on a device. */
export interface Opened<Run> {
  /** As the results name it. */
  readonly device: string;
  /** Runs the cells; one that fails by itself is told, and the others go on. */
  run(ask: RunAsk<Run>, emit: (event: GridEvent) => void, signal: AbortSignal): Promise<unknown>;
}

/** A run of one lab or another: what it is, only that lab knows. */
export type AnyRun = unknown;

export interface CliLab<Run> {
  readonly title: string;
  readonly kind: GridKind<Run>;
  readonly maker: CellMaker<Run>;
  /** What a link says, and what of it was not understood. */
  read(hash: string): {
    readonly base: Run;
    readonly refusals: readonly Refusal[];
    readonly grid?: GridText | undefined;
  };
  /** The grid of an experiment without axes: its contenders. */
  contenders(base: Run): GridSpec;
  /** A base's contender, as links write it. */
  contenderText(base: Run): string;
  /** Samples of a made cell. */
  samples(made: Run): number;
  /** Metrics that were asked for by name; refused where no cell can have one. */
  chosen(base: Run, spec: GridSpec, wanted: readonly string[]): readonly string[];
  /** Samples that a cell's picture shows. */
  shown(base: Run, spec: GridSpec): number;
  drawn(picture: Picture, made: Run): Raster;
  /** Opens a device and whatever the cells are run on; refuses what cannot be run here. */
  open(asked: Pick<GridAsk<Run>, 'base' | 'spec'>, command: RunCommand, place: Place): Promise<Opened<Run>>;
}
