/**
 * Weights that nobody stored: numbers of a tensor as a function of its name and their index, the same in
 * training/oracles/full_size.py. All are odd whole numbers from −2047 to 2047 times a power of two, which f16 holds
 * exactly: nothing is rounded on the way to the device.
 */
import { channelsLast } from '../../src/formats/diffusers/tensors.ts';
import type { GraphWeights } from '../../src/models/graph/interpret.ts';
import type { StoredTensors } from '../../src/networks/graph/weights.ts';

/** FNV-1a. Names are ASCII. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** value(odd) of each of `count` numbers of a tensor. */
function made(name: string, count: number, by: number, plus = 0): Float32Array<ArrayBuffer> {
  const seed = hashOf(name);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let x = (Math.imul(i, 0x9e3779b9) + seed) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    out[i] = (2 * (x >>> 21) - 2047) * by + plus;
  }
  return out;
}

/** Of deviation about 1/√inputs, to the nearest power of two. */
const matrix = (name: string, rows: number, inputs: number) =>
  made(name, rows * inputs, 2 ** -Math.round(Math.log2(2047 * Math.sqrt(inputs / 3))));
/** Within a quarter of 1 for what norms multiply by, of 0 for biases. */
const vector = (name: string, rows: number) => made(name, rows, 2 ** -13, name.endsWith('.weight') ? 1 : 0);

/** Within ±2. */
export const madeUpInput = (name: string, count: number) => made(name, count, 2 ** -10);

export const madeUpTensors: StoredTensors = {
  matrix: (name, rows, channels, kernel) => Promise.resolve(matrix(name, rows, channels * kernel ** 2)),
  vector: (name, rows) => Promise.resolve(vector(name, rows)),
};
export const madeUpWeights: GraphWeights = {
  matrix: (name, rows, channels, kernel) =>
    channelsLast(matrix(name, rows, channels * kernel ** 2), rows, channels, kernel),
  vector,
};
