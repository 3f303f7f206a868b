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
 * Ends of pieces of consecutive calls, every call in one: as few as need no more than `most` work each, and cut where
 * equal shares of the work end as nearly as calls let them. Each call is a piece where that would be as many.
 */
export function cutAt(work: readonly number[], most: number): readonly number[] {
  const total = work.reduce((a, b) => a + b, 0);
  // Sums are rounded: what is twice the most but for that is two pieces.
  const pieces = Math.max(1, Math.ceil(total / most - 1e-6));
  if (pieces >= work.length) return work.map((_, i) => i + 1);
  const ends: number[] = [];
  let sum = 0;
  work.forEach((w, i) => {
    const share = ((ends.length + 1) * total) / pieces;
    // Before this call, if that is nearer to the end of the share than after it.
    if (sum + w > share && share - sum < sum + w - share && i > (ends.at(-1) ?? 0)) ends.push(i);
    sum += w;
    if (sum >= ((ends.length + 1) * total) / pieces && i + 1 < work.length) ends.push(i + 1);
  });
  return [...ends, work.length];
}
