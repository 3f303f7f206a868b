// What a page keeps of the pictures of a grid, so that its memory stays flat. Pure.

/** Pixels of the longer side of what is kept of a cell's pictures: 64 KB a cell. */
const SIDE = 128;
const MOST_SHOWN = 4;

/** Pictures of a cell that are shown: fewer where there are many cells. */
export const picturesShown = (count: number, cells: number): number => (cells > 1000 ? 1 : Math.min(count, MOST_SHOWN));
/** Where there are very many cells, a quarter of the pixels. */
export const sideShown = (cells: number): number => (cells > 1000 ? SIDE / 2 : SIDE);
