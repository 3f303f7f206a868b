// What a network is made of while it is made.
import { GrammarError } from './ast.ts';

export interface ByteEdge {
  readonly from: number;
  readonly to: number;
  readonly next: number;
}
export interface CallEdge {
  readonly rule: number;
  readonly next: number;
}
/** A position in the making. */
export interface Draft {
  rule: number;
  bytes: ByteEdge[];
  calls: CallEdge[];
  ends: boolean;
}

/** More is a grammar that no page should hold. */
export const MOST_POSITIONS = 60_000;
export const tooLarge = (): GrammarError =>
  new GrammarError(
    `The grammar has more than ${MOST_POSITIONS} positions once its repetitions are written out: make the counts smaller, or write * where a count does not matter.`,
  );

export const addByte = ({ bytes }: Draft, e: ByteEdge): void => {
  if (!bytes.some((b) => b.from === e.from && b.to === e.to && b.next === e.next)) bytes.push(e);
};
export const addCall = ({ calls }: Draft, e: CallEdge): void => {
  if (!calls.some((c) => c.rule === e.rule && c.next === e.next)) calls.push(e);
};
