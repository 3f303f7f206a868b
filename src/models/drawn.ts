import { heart } from './definitions.ts';
import type { Batch } from './types.ts';

export type Point = readonly [x: number, y: number];
/** Limits of a drawing: enough for a dense sketch, small enough for a link and for any GPU. */
export const drawnLimits = { points: 4096, reach: 100 } as const;

export interface PointRefusal {
  readonly value: string;
  readonly because: string;
}

/**
 * A reader's points, cleaned: non-finite and far points are refused, repeats are dropped, the rest is kept in order.
 * Never throws; a refusal says which value and why, one per kind of fault.
 */
export function cleanPoints(points: readonly (readonly number[])[]): {
  readonly points: Point[];
  readonly refused: PointRefusal[];
} {
  const kept: Point[] = [];
  const seen = new Set<string>();
  const faults = new Map<string, { first: string; count: number }>();
  const refuse = (because: string, value: string) => {
    const fault = faults.get(because);
    if (fault) fault.count++;
    else faults.set(because, { first: value, count: 1 });
  };
  for (const [i, p] of points.entries()) {
    const [x, y] = p;
    const value = `point ${i + 1} (${p.join(', ')})`;
    if (p.length !== 2 || x === undefined || y === undefined) refuse('a point is two numbers', value);
    else if (!Number.isFinite(x) || !Number.isFinite(y)) refuse('coordinates must be finite numbers', value);
    else if (Math.abs(x) > drawnLimits.reach || Math.abs(y) > drawnLimits.reach)
      refuse(`coordinates must lie within ±${drawnLimits.reach}`, value);
    else {
      // + 0 makes −0 and 0 the same point.
      const key = `${x + 0},${y + 0}`;
      if (seen.has(key)) continue;
      if (kept.length === drawnLimits.points) refuse(`a drawing holds at most ${drawnLimits.points} points`, value);
      else {
        seen.add(key);
        kept.push([x + 0, y + 0]);
      }
    }
  }
  return {
    points: kept,
    refused: [...faults].map(([because, { first, count }]) => ({
      because,
      value: count === 1 ? first : `${first} and ${count - 1} more`,
    })),
  };
}

/** The data set that a drawing stands for; an empty drawing is a heart, so that the model always works. */
export function drawnCloud(points: readonly Point[]): Batch {
  const clean = cleanPoints(points).points;
  return clean.length === 0 ? heart() : { n: clean.length, dim: 2, data: Float64Array.from(clean.flat()) };
}
