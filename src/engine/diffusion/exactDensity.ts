/** A density on a square raster, row by row from the bottom, scaled to maximum 1. */
export interface DensityGrid {
  readonly size: number;
  readonly values: Float32Array;
}

/** Cells a side: curves stay smooth when they are looked at closely. */
const SIZE = 200;

/** exp(log p) at the middles of the cells of [−view, view]². `logDensity` takes x,y pairs. */
export function exactDensity(
  logDensity: (x: Float64Array) => ArrayLike<number>,
  view: number,
  size = SIZE,
): DensityGrid {
  const at = (i: number) => ((i + 0.5) / size) * 2 * view - view;
  const places = new Float64Array(2 * size * size);
  for (let i = 0; i < size * size; i++) places.set([at(i % size), at(Math.floor(i / size))], 2 * i);
  const log = logDensity(places);
  let top = -Infinity;
  for (let i = 0; i < size * size; i++) top = Math.max(top, log[i]!);
  return { size, values: Float32Array.from({ length: size * size }, (_, i) => Math.exp(log[i]! - top)) };
}
