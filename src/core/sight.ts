// Who sees whom in the attention of a part of a pass: which keys a query meets, and of which pass they are.
import type { MixingPart, NetworkFacts, SparsePart, StripsPart } from './part.ts';

/** A query does not see a key, sees it as it is now, or as it was in the pass before. */
export const UNSEEN = 0;
export const FRESH = 1;
export const STALE = 2;

type Grid = Pick<NetworkFacts, 'tokens' | 'across'>;

/** Which worker has each row of tokens: as many rows as the others, or one more. No more workers than rows have one. */
export function stripsOf(workers: number, { tokens, across }: Grid): readonly number[] {
  const rows = tokens / across;
  return Array.from({ length: rows }, (_, row) => Math.floor((row * Math.min(workers, rows)) / rows));
}

/** What row i of a table of tokens says of key j. */
export const cellsOf = (part: MixingPart, grid: Grid): Uint32Array<ArrayBuffer> =>
  part.kind === 'strips' ? stripCells(part, grid) : windowCells(part, grid);

function stripCells(part: StripsPart, grid: Grid): Uint32Array<ArrayBuffer> {
  const { tokens, across } = grid;
  const rowOf = (token: number) => Math.floor(token / across);
  const own = stripsOf(part.workers, grid);
  const near = edges(own);
  return Uint32Array.from({ length: tokens * tokens }, (_, at) => {
    const worker = own[rowOf(Math.floor(at / tokens))]!;
    const row = rowOf(at % tokens);
    if (own[row] === worker) return FRESH;
    const [from, to] = near[worker]!;
    const away = row < from ? from - row : row - to;
    return part.halo === 'all' || away <= part.halo ? STALE : UNSEEN;
  });
}

/** Tokens at most half the share away in order; or within a disc of that share's area. */
function windowCells({ keep, window }: SparsePart, { tokens, across }: Grid): Uint32Array<ArrayBuffer> {
  const near = (i: number, j: number): boolean => {
    if (keep >= 1) return true;
    if (window === 'order') return Math.abs(i - j) <= (keep * tokens) / 2;
    const dy = Math.floor(i / across) - Math.floor(j / across);
    const dx = (i % across) - (j % across);
    return dx * dx + dy * dy <= (keep * tokens) / Math.PI;
  };
  return Uint32Array.from({ length: tokens * tokens }, (_, at) =>
    near(Math.floor(at / tokens), at % tokens) ? FRESH : UNSEEN,
  );
}

/** First and last row of each worker. */
const edges = (own: readonly number[]): readonly (readonly [number, number])[] =>
  Array.from({ length: own.at(-1)! + 1 }, (_, worker) => [own.indexOf(worker), own.lastIndexOf(worker)]);

/** The share of pairs of tokens that see each other. */
export const pairShare = (cells: Uint32Array): number =>
  cells.reduce((n, cell) => n + (cell === UNSEEN ? 0 : 1), 0) / cells.length;

/** Tokens whose keys and values workers get from each other in a block: every worker's of all that it sees of others. */
export function receivedBy(part: StripsPart, grid: Grid): number {
  const own = stripsOf(part.workers, grid);
  const cells = cellsOf(part.sync ? { ...part, halo: 'all' } : part, grid);
  return edges(own).reduce((n, [first]) => {
    const row = cells.subarray(first * grid.across * grid.tokens, (first * grid.across + 1) * grid.tokens);
    return n + row.reduce((m, cell) => m + (cell === STALE ? 1 : 0), 0);
  }, 0);
}
