import { columnsOf, pixelsOf, rowsOf, sizeOf, type Op } from '../../models/graph/types.ts';

/** What a number that is only moved or bent costs beside a multiply-add, for such work is bound by memory. */
const TOUCHED = 8;

/** About how much work an operation is, in multiply-adds: to cut a network into pieces that take equally long. */
export function workOf(op: Op): number {
  const touched = TOUCHED * sizeOf(op.out);
  switch (op.kind) {
    case 'conv':
    case 'linear':
      return touched + op.out.samples * pixelsOf(op.out) * rowsOf(op.weight) * columnsOf(op.weight);
    case 'attention':
      return touched + 2 * op.out.samples * op.heads * op.headDim * pixelsOf(op.q.of) * pixelsOf(op.k.of);
    default:
      return touched;
  }
}

/**
 * Ends of pieces of consecutive calls, of at most `most` work each, every call in one: a piece ends before the call that
 * would take it past that. A call of more work is a piece of its own.
 */
export function cutAt(work: readonly number[], most: number): readonly number[] {
  const ends: number[] = [];
  let sum = 0;
  work.forEach((w, i) => {
    if (sum > 0 && sum + w > most) {
      ends.push(i);
      sum = 0;
    }
    sum += w;
  });
  return work.length > 0 ? [...ends, work.length] : ends;
}
