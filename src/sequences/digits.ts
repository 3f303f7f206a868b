// Moving digits: a picture drifts over a torus by the same step every frame, under a little noise. Which picture, where it is
// and where it goes are hidden; given the last few frames their posterior is known exactly, and so is the next frame's
// denoiser. One frame tells picture and place, two tell the direction.
import { normals } from '../math/normal.ts';
import { uniforms } from '../math/uniform.ts';
import type { Batch, Denoiser } from '../models/types.ts';

/** Steps of the lattice that a picture may take: right, down, left, up. */
export const DIRECTIONS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;
/** Draw numbers of hidden states and of the noise of true videos. */
const STATE_DRAW = 0x73746174;
const VIDEO_DRAW = 0x76696465;

export interface MovingDigits {
  readonly side: number;
  /** Places along a side of the torus; a step is side/places pixels. */
  readonly places: number;
  readonly noise: number;
  /** Every picture at every place, row-major [pictures·places², side²]. */
  readonly frames: Float64Array;
  readonly count: number;
  readonly squared: Float64Array;
}

export function movingDigits(pictures: Batch, side: number, places: number, noise: number): MovingDigits {
  const { n, dim, data } = pictures;
  const step = side / places;
  const count = n * places * places;
  const frames = new Float64Array(count * dim);
  for (let s = 0; s < count; s++) {
    const { picture, x, y } = stateOf(s, places);
    for (let r = 0; r < side; r++)
      for (let c = 0; c < side; c++) {
        const from = ((r - y * step + side) % side) * side + ((c - x * step + side) % side);
        frames[s * dim + r * side + c] = data[picture * dim + from]!;
      }
  }
  const squared = Float64Array.from({ length: count }, (_, s) => {
    let sum = 0;
    for (let j = 0; j < dim; j++) sum += frames[s * dim + j]! ** 2;
    return sum;
  });
  return { side, places, noise, frames, count, squared };
}

const stateOf = (s: number, places: number) => ({
  picture: Math.floor(s / places ** 2),
  y: Math.floor(s / places) % places,
  x: s % places,
});
/** The state so many steps on in a direction. */
export function moved(s: number, places: number, [dx, dy]: readonly [number, number], steps: number): number {
  const { picture, x, y } = stateOf(s, places);
  const on = (v: number, by: number) => (((v + by * steps) % places) + places) % places;
  return (picture * places + on(y, dy)) * places + on(x, dx);
}

/** ‖x − frame‖² of a row of x to every frame. */
function distances({ frames, squared, count, side }: MovingDigits, x: ArrayLike<number>, row: number): Float64Array {
  const dim = side * side;
  let own = 0;
  for (let j = 0; j < dim; j++) own += x[row * dim + j]! ** 2;
  const out = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    let dot = 0;
    for (let j = 0; j < dim; j++) dot += x[row * dim + j]! * frames[s * dim + j]!;
    out[s] = own + squared[s]! - 2 * dot;
  }
  return out;
}

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, v) => sum + Math.exp(v - largest), 0));
}

/**
 * Log weights of the next frame's states, up to a constant, of each sample: what the given frames, the oldest first, say
 * under every direction. Row-major [samples, states]; without frames all are alike.
 */
export function posterior(law: MovingDigits, given: readonly Float64Array[], samples: number): Float64Array {
  const { count, places, noise } = law;
  const out = new Float64Array(samples * count);
  for (let i = 0; i < samples && given.length > 0; i++) {
    const seen = given.map((frame) => distances(law, frame, i));
    for (let s = 0; s < count; s++)
      out[i * count + s] = logSumExp(
        DIRECTIONS.map((d) =>
          seen.reduce((sum, far, k) => sum - far[moved(s, places, d, k - given.length)]! / (2 * noise * noise), 0),
        ),
      );
  }
  return out;
}

/** E[next frame | given frames, noised next frame]: a mixture of the frames, each as wide as the noise. */
export function nextDenoiser(law: MovingDigits, logWeights: Float64Array): Denoiser {
  const { frames, count, side, noise } = law;
  const dim = side * side;
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    const variance = noise * noise + sigma * sigma;
    const kept = (noise * noise) / variance;
    for (let i = 0, at = 0; at < x.length; i++, at += dim) {
      const far = distances(law, x, i);
      let largest = -Infinity;
      for (let s = 0; s < count; s++) {
        far[s] = logWeights[i * count + s]! - far[s]! / (2 * variance);
        largest = Math.max(largest, far[s]!);
      }
      let total = 0;
      for (let s = 0; s < count; s++) {
        const weight = Math.exp(far[s]! - largest);
        if (weight < 1e-14) continue;
        total += weight;
        for (let j = 0; j < dim; j++) out[at + j]! += weight * frames[s * dim + j]!;
      }
      for (let j = 0; j < dim; j++) out[at + j] = (1 - kept) * (out[at + j]! / total) + kept * x[at + j]!;
    }
    return out;
  };
}

/** The nearest state of each row, and the root mean square distance of a pixel to it. */
export function readFrame(
  law: MovingDigits,
  x: Float64Array,
): { readonly states: Int32Array; readonly off: Float64Array } {
  const dim = law.side ** 2;
  const n = x.length / dim;
  const states = new Int32Array(n);
  const off = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const far = distances(law, x, i);
    const least = far.reduce((a, b) => Math.min(a, b));
    states[i] = far.indexOf(least);
    off[i] = Math.sqrt(Math.max(0, least) / dim);
  }
  return { states, off };
}

/** What is wrong with a video as a whole, which no frame shows by itself: of its read states, frame after frame. */
export function coherence(
  states: readonly ArrayLike<number>[],
  places: number,
): { readonly same: number; readonly straight: number } {
  let [kept, moves, straight, turns] = [0, 0, 0, 0];
  const last = states.length - 1;
  const taken = (i: number, k: number) =>
    DIRECTIONS.findIndex((d) => moved(states[k - 1]![i]!, places, d, 1) === states[k]![i]!);
  for (let i = 0; i < (states[0]?.length ?? 0); i++)
    for (let k = 1; k <= last; k++) {
      moves++;
      const picture = (s: number) => Math.floor(s / places ** 2);
      if (picture(states[k]![i]!) === picture(states[k - 1]![i]!)) kept++;
      if (k === 1) continue;
      turns++;
      const now = taken(i, k);
      if (now >= 0 && now === taken(i, k - 1)) straight++;
    }
  return { same: moves > 0 ? kept / moves : 1, straight: turns > 0 ? straight / turns : 1 };
}

/** True videos, frame by frame, row-major [samples, side²] each. */
export function trueVideos(law: MovingDigits, samples: number, frames: number, seed: number): Float64Array[] {
  const { count, places, side, noise } = law;
  const dim = side * side;
  const u = uniforms(seed, STATE_DRAW, 2 * samples);
  return Array.from({ length: frames }, (_, k) => {
    const z = normals(seed, VIDEO_DRAW + k, samples, dim);
    return z.map((v, at) => {
      const i = Math.floor(at / dim);
      const first = Math.floor(u[2 * i]! * count);
      const s = moved(first, places, DIRECTIONS[Math.floor(u[2 * i + 1]! * 4)]!, k);
      return law.frames[s * dim + (at % dim)]! + noise * v;
    });
  });
}
