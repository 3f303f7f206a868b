// What a lab tells of the experiment on its screen, and what is kept of it under a name.

/** A setting in words. */
export interface Row {
  readonly field: string;
  readonly value: string;
}

export interface Metric {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Null where neither is good by itself. */
  readonly better: 'lower' | 'higher' | null;
  /**
   * What the spreads of its figures are: values with a part of the samples left out (metrics/intervals.ts), repeats, or
   * repeats that are compared by their logarithms; null where figures have none.
   */
  readonly spread: 'leftOut' | 'repeats' | 'logRepeats' | null;
}
export interface Figure {
  readonly metric: string;
  readonly value: number;
  /** Half the width of its 95 % interval; null where there is none. */
  readonly half: number | null;
  readonly spread: readonly number[] | null;
}

/** One contender, its settings, and what came of it. */
export interface Contestant {
  /** Equal for equal contenders. */
  readonly id: string;
  /** Its sampler, algorithm or kernel: what is compared first with what, when two experiments are. */
  readonly kind: string;
  readonly name: string;
  readonly settings: readonly Row[];
  /** What its figures are measured against, and on how much: only those on one ground are judged. */
  readonly ground: string;
  readonly figures: readonly Figure[];
}

export interface Snapshot {
  /** What all contenders share. */
  readonly settings: readonly Row[];
  readonly metrics: readonly Metric[];
  readonly contenders: readonly Contestant[];
}

/** What is on a lab's screen. */
export interface Shown extends Snapshot {
  /** The lab's own link without its #, with the record of the run where there is one. */
  readonly hash: string;
  readonly device: string;
  /** Why there are no results; empty where there are. */
  readonly without: string;
}

/** An experiment under a name. */
export interface Saved extends Snapshot {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly note: string;
  readonly lab: string;
  readonly hash: string;
  readonly device: string;
  /** Of the app that made the results. */
  readonly version: string;
  /** When it was first saved, and last changed in any way; milliseconds. */
  readonly createdAt: number;
  readonly changedAt: number;
  /** A data address of a small picture; empty for none. */
  readonly picture: string;
}

/** Bounds of what is kept, and of what a file may bring. */
export const LIMITS = {
  saved: 500,
  name: 120,
  tags: 12,
  tag: 32,
  note: 2000,
  hash: 250_000,
  text: 4000,
  rows: 120,
  metrics: 60,
  contenders: 32,
  spread: 256,
  picture: 60_000,
  file: 32 * 1024 * 1024,
} as const;
