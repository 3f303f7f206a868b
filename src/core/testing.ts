/** For tests only: which tier runs, and grids of cases that stay small. docs/decisions/0016-two-tiers.md */

/** `npm run test:all`: every combination and every long list. */
export const full = typeof process !== 'undefined' && process.env['FULL'] === '1';
/** Cases that only the full tier runs; what stands in for them in the short one is said where this is called. */
export const inFull = <T>(cases: readonly T[]): readonly T[] => (full ? cases : []);
/**
 * This process is the second of two adapters, and the first one runs everything: scripts/gpu-tests.mjs says so to
 * SwiftShader in the short tier.
 */
export const reduced = !full && typeof process !== 'undefined' && process.env['REDUCED'] === '1';

type Axes = Readonly<Record<string, readonly unknown[]>>;
/** One value of each axis. */
export type GridRow<A extends Axes> = { readonly [K in keyof A]: A[K][number] };

/** Every combination, the last axis fastest. */
export function cartesian<const A extends Axes>(axes: A): GridRow<A>[] {
  const names = Object.keys(axes);
  const rows = names.reduce<Record<string, unknown>[]>(
    (made, name) => made.flatMap((row) => axes[name]!.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
  return rows as GridRow<A>[];
}

/**
 * A covering array of strength 2: any two values of two axes meet in some row. Greedy, one row at a time (after AETG,
 * https://doi.org/10.1109/32.605761, without its random choices): a row begins with the first pair that has not met,
 * then each axis takes the value that brings the most pairs together, the first of equals. The same axes give the same
 * rows.
 */
export function pairwise<const A extends Axes>(axes: A): GridRow<A>[] {
  const names = Object.keys(axes);
  const sizes = names.map((name) => axes[name]!.length);
  if (sizes.length < 2 || sizes.includes(0)) return cartesian(axes);
  const open = new Set<string>();
  const pair = (a: number, i: number, b: number, j: number) => (a < b ? `${a} ${i} ${b} ${j}` : `${b} ${j} ${a} ${i}`);
  for (let a = 0; a < names.length; a++)
    for (let b = a + 1; b < names.length; b++)
      for (let i = 0; i < sizes[a]!; i++) for (let j = 0; j < sizes[b]!; j++) open.add(pair(a, i, b, j));

  const rows: number[][] = [];
  while (open.size > 0) {
    const [first] = open;
    const [a, i, b, j] = first!.split(' ').map(Number) as [number, number, number, number];
    const row = new Map([
      [a, i],
      [b, j],
    ]);
    const gain = (axis: number, value: number) =>
      [...row].filter(([other, chosen]) => open.has(pair(axis, value, other, chosen))).length;
    for (const axis of names.keys()) {
      if (row.has(axis)) continue;
      let best = 0;
      for (let value = 1; value < sizes[axis]!; value++) if (gain(axis, value) > gain(axis, best)) best = value;
      row.set(axis, best);
    }
    for (const [x, p] of row) for (const [y, q] of row) if (x < y) open.delete(pair(x, p, y, q));
    rows.push(names.map((_, axis) => row.get(axis)!));
  }
  return rows.map((row) =>
    Object.fromEntries(names.map((name, axis) => [name, axes[name]![row[axis]!]])),
  ) as GridRow<A>[];
}

/** The grid of a kernel with many axes: all pairs, and in the full tier all combinations. */
export const grid = <const A extends Axes>(axes: A): GridRow<A>[] => (full ? cartesian(axes) : pairwise(axes));
