// What the grid asks of a lab: its axes, its cells, its links and its metrics. Pure, so that the command line has it too.
import type { AxisNames } from '../../experiments/grid/link.ts';
import { isRefused, type GridSpec, type GridText, type Refused } from '../../experiments/grid/types.ts';

/** A field that an axis can set. */
export interface AxisField {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly group: string;
}
/** An axis as it is typed. */
export interface AxisDraft {
  readonly field: string;
  readonly values: string;
}
export interface GridMetric {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly summary: string;
  /** Null: it tells how far two things are apart, and neither is better. */
  readonly better: 'lower' | 'higher' | null;
  /** Values may be drawn on a logarithmic axis: always positive. */
  readonly log: boolean;
  /** What a cell took, in counts: shown where it says something. */
  readonly cost?: true;
}
export interface Named {
  readonly id: string;
  readonly title: string;
}

/** What all cells of a grid share, in words. */
export interface GridWords {
  /** The model's name, and the heading of a sheet. */
  readonly title: string;
  readonly heading: string;
  readonly settings: string;
  readonly contender: string;
  /** A part of a file's name. */
  readonly file: string;
}

/** `Run`: an experiment with one contender, of which a cell is another one. */
export interface GridKind<Run> {
  readonly lab: string;
  fields(base: Run): readonly AxisField[];
  /** Whose values are whole sentences, written one a line. */
  isText(field: string): boolean;
  /** Values that a field takes by name. */
  names(field: string): readonly Named[];
  axisNames(base: Run): AxisNames;
  /** The run of a cell, or why there is none. Never throws. */
  cellRun(base: Run, values: Readonly<Record<string, string>>): Run | Refused;
  /** Evaluations of a made cell, and what they depend on: cells alike in it are counted once. */
  nfe(made: Run): number;
  nfeKey(made: Run): string;
  samples(made: Run): number;
  /** What runs as fast as what: cells of one model. */
  model(base: Run): string;
  /** The experiment on which cells set their values, as a link, and back. */
  link(base: Run): string;
  parse(link: string): Run;
  /** The link of an experiment with a grid. */
  hash(base: Run, grid: GridText | null): string;
  metrics(base: Run, spec: GridSpec): readonly string[];
  /** What cells are judged by, and what they cost. */
  readonly metricMenu: readonly GridMetric[];
  /** What is to be known of some of its cells before their numbers are read, as sentences. */
  remarks?(base: Run, spec: GridSpec): readonly string[];
  /** A first grid, and values to begin another axis with. */
  firstGrid(base: Run): GridText;
  newValues(field: string, base: Run): string;
  words(base: Run): GridWords;
}

/** What results call the device where there is no GPU. */
export const PROCESSOR = 'processor, float64';

/** Evaluations of a cell, for rules; undefined where it cannot be made. */
export function nfeOfCell<Run>(
  kind: Pick<GridKind<Run>, 'cellRun' | 'nfe'>,
  base: Run,
  values: Readonly<Record<string, string>>,
): number | undefined {
  const made = kind.cellRun(base, values);
  return isRefused(made) ? undefined : kind.nfe(made);
}
