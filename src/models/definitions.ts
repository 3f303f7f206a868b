import { mixture, type Mixture } from './mixture.ts';
import type { Batch } from './types.ts';

// The plane targets. training/targets2d.py holds the same formulas for the trained networks: change both or neither.

export const cloudSize = 2048;

/**
 * Point i of the R2 sequence (M. Roberts): frac(0.5 + (i+1)·(1/g, 1/g²)), g the plastic number. Evenly spread, no
 * randomness.
 */
export function lowDiscrepancy(i: number): [u: number, v: number] {
  return [(0.5 + (i + 1) * 0.7548776662466927) % 1, (0.5 + (i + 1) * 0.5698402909980532) % 1];
}

function cloud(n: number, point: (i: number) => readonly [number, number], jitter: number): Batch {
  const data = new Float64Array(n * 2);
  for (let i = 0; i < n; i++) {
    const [x, y] = point(i);
    const [u, v] = lowDiscrepancy(i);
    data[2 * i] = x + (u - 0.5) * jitter;
    data[2 * i + 1] = y + (v - 0.5) * jitter;
  }
  return { n, dim: 2, data };
}

export function moons(n = cloudSize): Batch {
  const half = Math.floor(n / 2);
  return cloud(
    n,
    (i) => {
      const a = (Math.PI * ((i < half ? i : i - half) + 0.5)) / half;
      return i < half
        ? [1.5 * (Math.cos(a) - 0.5), 1.5 * (Math.sin(a) - 0.25)]
        : [1.5 * (0.5 - Math.cos(a)), 1.5 * (0.25 - Math.sin(a))];
    },
    0.24,
  );
}

export function spiral(n = cloudSize): Batch {
  return cloud(
    n,
    (i) => {
      const s = Math.sqrt((i + 0.5) / n);
      const a = 3.5 * Math.PI * s;
      const r = 0.3 + 2 * s;
      return [r * Math.cos(a), r * Math.sin(a)];
    },
    0.12,
  );
}

export function checkerboard(n = cloudSize): Batch {
  const data = new Float64Array(n * 2);
  for (let kept = 0, i = 0; kept < n; i++) {
    const [u, v] = lowDiscrepancy(i);
    const [x, y] = [4 * u - 2, 4 * v - 2];
    if ((Math.floor(x) + Math.floor(y)) % 2 !== 0) continue;
    data[2 * kept] = x;
    data[2 * kept + 1] = y;
    kept++;
  }
  return { n, dim: 2, data };
}

/** A heart of 200 points: what the drawing model samples until the reader draws. */
export function heart(n = 200): Batch {
  return cloud(
    n,
    (i) => {
      const a = (2 * Math.PI * (i + 0.5)) / n;
      const x = 16 * Math.sin(a) ** 3;
      const y = 13 * Math.cos(a) - 5 * Math.cos(2 * a) - 2 * Math.cos(3 * a) - Math.cos(4 * a);
      return [x / 7.5, (y + 2) / 7.5];
    },
    0,
  );
}

export const mixtures = {
  ring8: () =>
    mixture(
      2,
      Array.from({ length: 8 }, (_, k) => ({
        weight: 1 / 8,
        mean: [2 * Math.cos((2 * Math.PI * k) / 8), 2 * Math.sin((2 * Math.PI * k) / 8)],
        std: 0.15,
      })),
    ),
  grid4: () =>
    mixture(
      2,
      [
        [-1.5, -1.5],
        [1.5, -1.5],
        [-1.5, 1.5],
        [1.5, 1.5],
      ].map((mean) => ({ weight: 1 / 4, mean, std: 0.2 })),
    ),
  unbalanced: () =>
    mixture(2, [
      { weight: 0.4, mean: [0, 0], std: 0.35 },
      { weight: 0.25, mean: [2, 1], std: 0.2 },
      { weight: 0.15, mean: [-2, 1], std: 0.15 },
      { weight: 0.12, mean: [1.5, -1.8], std: 0.25 },
      { weight: 0.08, mean: [-1.5, -1.8], std: 0.1 },
    ]),
} as const satisfies Record<string, () => Mixture>;

/** Classes of the mixtures, in the order of their cards: which components make each. Every component is of one class. */
export const mixtureClasses = {
  ring8: [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
  ],
  grid4: [
    [0, 2],
    [1, 3],
  ],
  unbalanced: [[0], [1, 2], [3, 4]],
} as const satisfies Record<keyof typeof mixtures, readonly (readonly number[])[]>;

export const clouds = { moons, spiral, checkerboard } as const satisfies Record<string, (n?: number) => Batch>;
