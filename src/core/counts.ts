// What a run costs, as counts. Which of them says something is decided here once: for tables, charts, files and grids.

export interface Counts {
  /** Evaluations of the guided model. */
  readonly nfe: number;
  /** Network passes. */
  readonly passes: number;
  /** Whole passes by counted multiply-adds. */
  readonly work: number;
  /** The longest chain of evaluations of which each waits for the one before. */
  readonly depth: number;
  /** Bytes of one sample between emulated workers. */
  readonly bytes: number;
  /** Times that the plan waited for its own numbers. */
  readonly reads: number;
}
export type CountId = keyof Counts;

/** Counts beside evaluations and passes, in the order of menus and columns. */
export const FURTHER_COUNTS = ['work', 'depth', 'bytes', 'reads'] as const satisfies readonly CountId[];
export type FurtherCounts = Pick<Counts, (typeof FURTHER_COUNTS)[number]>;

/** Whether a count says of a run what evaluations, or passes for work, do not. */
export const countTells: Readonly<Record<CountId, (c: Counts) => boolean>> = {
  nfe: () => true,
  passes: (c) => c.passes !== c.nfe,
  work: (c) => c.work !== c.passes,
  depth: (c) => c.depth !== c.nfe,
  bytes: (c) => c.bytes > 0,
  reads: (c) => c.reads > 0,
};
