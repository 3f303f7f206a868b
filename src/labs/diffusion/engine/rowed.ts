// What work on rows tells as it goes.
import type { Picture } from '../../../engine/diffusion/tiles.ts';
import type { Dropped } from './attempt.ts';

/** What a row has cost so far. */
export interface RowedCost {
  readonly nfe: number;
  /** Network passes, where an evaluation is more than one. */
  readonly passes: number;
  /** The longest chain of evaluations that wait for each other. */
  readonly depth: number;
  readonly wallMs: number;
}
/** A row at a place on its way. */
export interface RowedRecord {
  readonly kind: 'record';
  readonly row: number;
  /** The step, or the frame of a sequence. */
  readonly at: number;
  readonly picture: Picture;
  readonly figures: Readonly<Record<string, number>>;
  /** The share of samples in each mode; null where there are none to tell apart. */
  readonly shares: readonly number[] | null;
  readonly cost: RowedCost;
}
export type RowedEvent<Begun> =
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number | null }
  | ({ readonly kind: 'begun' } & Begun)
  | RowedRecord
  | Dropped;
