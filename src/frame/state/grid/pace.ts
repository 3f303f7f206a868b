// How long cells take: a fixed part (judging, reading back) and one that grows with the work. Pure.

/** A cell that ended: its evaluations times samples, and the time since the one before. */
export interface Timed {
  readonly work: number;
  readonly ms: number;
}
export interface Pace {
  /** Milliseconds of any cell, and of a unit of its work. */
  readonly cell: number;
  readonly unit: number;
}

/** Fewer say nothing. */
export const FEWEST_TIMED = 4;
/** The newest tell most of what is to come. */
export const MOST_TIMED = 64;
/** Cells that pay for others too (a model's weights, a seed's reference) are slow once: this share is left out. */
const SLOW_SHARE = 0.25;

/** Least squares of ms = cell + unit·work on all but the slowest, neither part below 0; null for too few. */
export function paceOf(timed: readonly Timed[]): Pace | null {
  if (timed.length < FEWEST_TIMED) return null;
  const usual = timed
    .slice(-MOST_TIMED)
    .toSorted((a, b) => a.ms - b.ms)
    .slice(0, Math.ceil(Math.min(MOST_TIMED, timed.length) * (1 - SLOW_SHARE)));
  const n = usual.length;
  const sum = (f: (t: Timed) => number) => usual.reduce((s, t) => s + f(t), 0);
  const [w, t] = [sum((x) => x.work) / n, sum((x) => x.ms) / n];
  const spread = sum((x) => (x.work - w) ** 2);
  const slope = spread === 0 ? 0 : sum((x) => (x.work - w) * (x.ms - t)) / spread;
  const through = w === 0 ? 0 : t / w;
  const unit = Math.min(Math.max(0, slope), through);
  return { cell: t - unit * w, unit };
}

/** Milliseconds of so many cells with so much work together. */
export const timeOf = ({ cell, unit }: Pace, cells: number, work: number): number => cell * cells + unit * work;
