// What is measured of particles: their spread, the modes that they are in, and how far they are from the target.
import type { Problem } from '../../../engine/diffusion/problem.ts';
import { meanOf } from '../../../distil/critics.ts';
import { sharesOf, spread, spreadWithin } from '../../../distil/measures.ts';
import { judge } from '../../../metrics/samples/index.ts';
import { mixtures } from '../../../models/definitions.ts';
import { modelCard, type ModelId } from '../../../models/index.ts';
import { assignComponents } from '../../../models/mixture.ts';
import type { Batch } from '../../../models/types.ts';
import type { RowedRow } from '../config/rowed.ts';
import { strongest } from './task.ts';

export interface Judged {
  readonly model: ModelId;
  readonly problem: Problem;
  /** Fresh samples of a plane target; null elsewhere. */
  readonly target: Batch | null;
  /** Bundled pictures of the same kind; null where there are none. */
  readonly real: Batch | null;
  /** The mode that guided methods are told; −1 where there is none. */
  readonly reference: number;
}

/** The mode of each particle: its likeliest component, or the class that the feature net sees; null where none are known. */
async function modesIn({ model, problem }: Judged, theta: Float64Array): Promise<ArrayLike<number> | null> {
  if (model in mixtures) return assignComponents(mixtures[model as keyof typeof mixtures](), theta, 0);
  const seen = await problem.features(Float32Array.from(theta));
  return seen && strongest(seen.logits, seen.classes);
}

/** Mean over particles of the root mean square distance to the nearest picture. */
export function toNearest(theta: Float64Array, { n, dim, data }: Batch): number {
  let total = 0;
  for (let at = 0; at < theta.length; at += dim) {
    let least = Infinity;
    for (let k = 0; k < n; k++) {
      let squared = 0;
      for (let j = 0; j < dim && squared < least; j++) squared += (theta[at + j]! - data[k * dim + j]!) ** 2;
      least = Math.min(least, squared);
    }
    total += Math.sqrt(least / dim);
  }
  return (total * dim) / theta.length;
}

export async function figuresOf(
  j: Judged,
  theta: Float64Array,
): Promise<{ readonly figures: Record<string, number>; readonly shares: readonly number[] | null }> {
  const { dim } = modelCard(j.model).shape;
  const modes = await modesIn(j, theta);
  const count = modes === null ? 0 : countOf(j.model, modes);
  const shares = modes && sharesOf(modes, count);
  const samples = { n: theta.length / dim, dim, data: theta };
  return {
    shares,
    figures: {
      spread: spread(theta, dim),
      ...(dim === 2 && { mean_x: meanOf(theta, dim)[0]!, mean_y: meanOf(theta, dim)[1]! }),
      ...(modes && { within: spreadWithin(theta, dim, modes), modes: shares!.filter((v) => v > 0).length }),
      ...(shares && j.reference >= 0 && { told: shares[j.reference]! }),
      ...(j.target && { sw1: judge({ samples, target: j.target }, ['sw1']).sw1! }),
      ...(j.real && { nearest: toNearest(theta, j.real) }),
    },
  };
}

/** Keys of a row that say how steps are worked on, and not which steps they are. */
const WINDOW = ['window', 'threshold', 'keep'];
/** The row that makes the same steps one after another, of one that works on a window of them; null where there is none. */
export function sequenceOf(rows: readonly RowedRow[], i: number): number | null {
  const own = (r: RowedRow) =>
    JSON.stringify([
      r.method,
      Object.entries(r.params)
        .filter(([k]) => !WINDOW.includes(k))
        .toSorted(),
    ]);
  if (rows[i]!.params['window'] === 1) return null;
  const found = rows.findIndex((r) => r.params['window'] === 1 && own(r) === own(rows[i]!));
  return found < 0 ? null : found;
}
/** The largest difference of a number. */
export const farthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);

function countOf(model: ModelId, modes: ArrayLike<number>): number {
  if (model in mixtures) return mixtures[model as keyof typeof mixtures]().weights.length;
  return Math.max(modelCard(model).classes.length, ...Array.from(modes, (m) => m + 1));
}
