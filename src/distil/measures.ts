// What is told of particles on their way.
import { meanOf } from './critics.ts';

/** Root mean square distance of a number to the mean of its kind: what collapses. */
export function spread(theta: Float64Array, dim: number): number {
  const mean = meanOf(theta, dim);
  let sum = 0;
  for (let at = 0; at < theta.length; at++) sum += (theta[at]! - mean[at % dim]!) ** 2;
  return Math.sqrt(sum / theta.length);
}

/** The same around the mean of each particle's own mode: what is left of a mode's width. */
export function spreadWithin(theta: Float64Array, dim: number, modes: ArrayLike<number>): number {
  let sum = 0;
  for (const mode of new Set(Array.from(modes))) {
    const own = Float64Array.from(
      Array.from(modes).flatMap((m, i) => (m === mode ? [...theta.subarray(i * dim, (i + 1) * dim)] : [])),
    );
    sum += spread(own, dim) ** 2 * own.length;
  }
  return Math.sqrt(sum / theta.length);
}

/** The share of particles in each mode. */
export function sharesOf(modes: ArrayLike<number>, count: number): number[] {
  const shares = new Array<number>(count).fill(0);
  for (let i = 0; i < modes.length; i++) if (modes[i]! >= 0) shares[modes[i]!]! += 1 / modes.length;
  return shares;
}
