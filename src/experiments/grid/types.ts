/** One axis of a grid: a field of an experiment, and the texts that it takes, as a link writes them. */
export interface Axis {
  /** As the lab's table of axes calls it: `steps`, `seed`, `contender`, … */
  readonly field: string;
  readonly values: readonly string[];
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
/** `steps > 20`: a cell has it when its value of the field compares so, as numbers where both sides are numbers. */
export interface Condition {
  readonly field: string;
  readonly is: Comparison;
  readonly value: string;
}
/** Cells that meet all of these are left out. */
export type Rule = readonly Condition[];

/** What is run: every combination of the axes' values on one experiment, the last axis fastest, but for skipped cells. */
export interface GridSpec {
  readonly axes: readonly Axis[];
  readonly skip: readonly Rule[];
}

export interface Cell {
  /** Of all combinations, skipped ones counted. */
  readonly index: number;
  /** By field. */
  readonly values: Readonly<Record<string, string>>;
}

/** A grid as a link writes it: `axis=FIELD~VALUES`, any number of them, and `skip=RULES`. */
export interface GridText {
  readonly axes: readonly string[];
  readonly skip: string;
}

/** Why something cannot be made, as a sentence. */
export interface Refused {
  readonly refused: string;
}
export const isRefused = <T>(made: T | Refused): made is Refused =>
  typeof made === 'object' && made !== null && 'refused' in made;
