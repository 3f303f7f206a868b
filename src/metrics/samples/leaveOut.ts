import { pairSums, widthFor } from './pairSums.ts';
import { directions, sortedProjections } from './sliced.ts';
import type { Batch, Subject } from './types.ts';

/** Parts that the samples are dealt into: row i belongs to part i mod 8. */
export const PARTS = 8;
/** Fewer rows than this in a part say nothing about a spread. */
const FEWEST_IN_PART = 2;
/** Of more rows only the first are used, and the spread is scaled: pairwise metrics cost the square of their number. */
export const MOST_ROWS = 1024;

function without(batch: Batch, rows: number, part: number): Batch {
  const kept: number[] = [];
  for (let i = 0; i < rows; i++) if (i % PARTS !== part) kept.push(i);
  return rowsOf(batch, kept);
}

function rowsOf(batch: Batch, kept: readonly number[]): Batch {
  const data = new Float64Array(kept.length * batch.dim);
  kept.forEach((row, i) => {
    for (let c = 0; c < batch.dim; c++) data[i * batch.dim + c] = batch.data[row * batch.dim + c]!;
  });
  return { n: kept.length, dim: batch.dim, data };
}

/** The subject without one part of its samples (with all of them for part −1), or null when there are too few. */
export function leaveOut(subject: Subject, part: number): Subject | null {
  const rows = Math.min(subject.samples.n, MOST_ROWS);
  if (rows < FEWEST_IN_PART * PARTS) return null;
  const cut = (batch: Batch) => without(batch, rows, part);
  const { reference, features, target, logDensity, modes, flow } = subject;
  const keeps = (i: number) => i < rows && i % PARTS !== part;
  return {
    samples: cut(subject.samples),
    ...(reference && { reference: cut(reference) }),
    ...(target && { target: target.n > MOST_ROWS ? firstRows(target) : target }),
    ...(logDensity && { logDensity }),
    ...(modes && { modes }),
    ...(flow && { flow: { ...flow, nats: Array.from(flow.nats).filter((_, i) => keeps(i)) } }),
    ...(features && {
      features: {
        samples: cut(features.samples),
        real: features.real,
        logits: cut(features.logits),
        labels: Array.from(features.labels).filter((_, i) => keeps(i)),
      },
    }),
  };
}

/**
 * The subject without each part in turn. What pairs and projections say of a part is summed and sorted once for all: a
 * replicate is what is left when its part is taken away: what `leaveOut` alone would give, to about 1e-12.
 */
export function partsLeftOut(subject: Subject): ((part: number) => Subject) | null {
  const whole = leaveOut(subject, -1);
  if (!whole) return null;
  const { samples, target } = whole;
  if (!target || target.n < 2) return (part) => leaveOut(subject, part)!;
  const sums = pairSums(samples, target, widthFor(target), PARTS);
  const to = directions(samples.dim);
  const all = sortedProjections(samples, to);
  return (part) => {
    const rest = leaveOut(subject, part)!;
    const { distance, kernel } = sums.without(part);
    const own = Array.from({ length: samples.n }, (_, i) => i).filter((i) => i % PARTS === part);
    const gone = sortedProjections(rowsOf(samples, own), to);
    return { ...rest, pairs: distance, kernels: kernel, sorted: sortedWithout(all, gone, to.length / samples.dim) };
  };
}

/** Tables of sorted rows: each row of `all` without the values of the same row of `gone`, which are all in it. */
export function sortedWithout(all: Float64Array, gone: Float64Array, rows: number): Float64Array {
  const rest = new Float64Array(all.length - gone.length);
  const [long, short] = [all.length / rows, gone.length / rows];
  let to = 0;
  for (let row = 0; row < rows; row++) {
    let at = row * short;
    const end = at + short;
    for (let i = row * long; i < (row + 1) * long; i++) {
      // What is not a number is sorted to the end of both.
      if (at < end && (all[i] === gone[at] || Number.isNaN(all[i]))) at++;
      else rest[to++] = all[i]!;
    }
  }
  return rest;
}

const cutTargets = new WeakMap<Batch, Batch>();
/** One object for each target, so that what is remembered of it (pairwise.ts) is computed once. */
function firstRows(target: Batch): Batch {
  const known = cutTargets.get(target) ?? {
    n: MOST_ROWS,
    dim: target.dim,
    data: Float64Array.from({ length: MOST_ROWS * target.dim }, (_, i) => target.data[i]!),
  };
  cutTargets.set(target, known);
  return known;
}

/**
 * Values with one part left out, drawn together to the spread that all n samples have: a standard error falls as
 * 1/√n, and these came from at most MOST_ROWS of them.
 */
export function scaled(values: readonly number[], n: number): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const factor = Math.sqrt(Math.min(1, MOST_ROWS / n));
  return values.map((v) => mean + factor * (v - mean));
}
