// Level lines of the target's density: of its closed form, or estimated from the end points of the reference solution.
import type { DensityGrid } from '../../state/types.ts';

const GRID = 80;
const LEVELS = [0.08, 0.25, 0.5, 0.8];

/** Gaussian kernel density of x,y pairs on a GRID×GRID raster of the square, scaled to maximum 1. */
export function densityGrid(points: Float32Array, view: number): Float64Array {
  const grid = new Float64Array(GRID * GRID);
  const n = points.length / 2;
  const cell = (2 * view) / GRID;
  // Narrower than a Gaussian component, wide enough for a few hundred points; shrinks slowly with n (Scott's exponent).
  const radius = Math.max(1, (view * 0.05 * (512 / Math.max(n, 1)) ** (1 / 6)) / cell);
  const reach = Math.ceil(3 * radius);
  for (let i = 0; i < n; i++) {
    const gx = (points[2 * i]! + view) / cell - 0.5;
    const gy = (points[2 * i + 1]! + view) / cell - 0.5;
    if (!(gx > -reach && gx < GRID + reach && gy > -reach && gy < GRID + reach)) continue;
    for (let y = Math.max(0, Math.ceil(gy - reach)); y <= Math.min(GRID - 1, gy + reach); y++)
      for (let x = Math.max(0, Math.ceil(gx - reach)); x <= Math.min(GRID - 1, gx + reach); x++)
        grid[y * GRID + x]! += Math.exp(-((x - gx) ** 2 + (y - gy) ** 2) / (2 * radius * radius));
  }
  const top = grid.reduce((a, b) => Math.max(a, b), 0);
  return top > 0 ? grid.map((v) => v / top) : grid;
}

/** Marching squares: line pieces of one level as x0,y0,x1,y1 in grid units. */
export function levelLines(grid: ArrayLike<number>, size: number, level: number): number[] {
  const out: number[] = [];
  const cut = (a: number, b: number) => (level - a) / (b - a);
  for (let y = 0; y + 1 < size; y++)
    for (let x = 0; x + 1 < size; x++) {
      const a = grid[y * size + x]!;
      const b = grid[y * size + x + 1]!;
      const c = grid[(y + 1) * size + x + 1]!;
      const d = grid[(y + 1) * size + x]!;
      const hits: number[] = [];
      if (a < level !== b < level) hits.push(x + cut(a, b), y);
      if (b < level !== c < level) hits.push(x + 1, y + cut(b, c));
      if (d < level !== c < level) hits.push(x + cut(d, c), y + 1);
      if (a < level !== d < level) hits.push(x, y + cut(a, d));
      for (let i = 0; i + 3 < hits.length; i += 4) out.push(hits[i]!, hits[i + 1]!, hits[i + 2]!, hits[i + 3]!);
    }
  return out;
}

const cache = new WeakMap<object, Path2D>();
/** Level lines of a grid as a path in the unit square, y upwards already turned downwards; kept for `key`. */
function pathOf(key: object, grid: () => { readonly size: number; readonly values: ArrayLike<number> }): Path2D {
  const kept = cache.get(key);
  if (kept) return kept;
  const path = new Path2D();
  const { size, values } = grid();
  for (const level of LEVELS) {
    const pieces = levelLines(values, size, level);
    for (let i = 0; i < pieces.length; i += 4) {
      path.moveTo((pieces[i]! + 0.5) / size, 1 - (pieces[i + 1]! + 0.5) / size);
      path.lineTo((pieces[i + 2]! + 0.5) / size, 1 - (pieces[i + 3]! + 0.5) / size);
    }
  }
  cache.set(key, path);
  return path;
}

/** Level lines of the exact density where there is one, else of one estimated from where an exact solver ends. */
export const contourPath = (exact: DensityGrid | null, points: Float32Array, view: number): Path2D =>
  exact ? pathOf(exact, () => exact) : pathOf(points, () => ({ size: GRID, values: densityGrid(points, view) }));
