/**
 * Float64 building blocks of the CPU references: plain loops, meant to be read beside the shaders. Weights are [out,
 * in], row-major.
 */

import { activations } from '../graph/activations.ts';
import { product } from '../graph/tokenOps.ts';

export interface Linear {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** out[r] = W x[r] + b for `rows` rows. */
export const linear = (x: Float64Array, rows: number, { weight, bias }: Linear): Float64Array =>
  product(x, rows, weight.length / bias.length, weight, bias.length, bias);

export const { silu, gelu } = activations;

/** LN(x)·(1 + scale) + shift per row of length d; LN has no affine part of its own. */
export function modulatedNorm(
  x: Float64Array,
  shift: ArrayLike<number>,
  scale: ArrayLike<number>,
  epsilon: number,
): Float64Array {
  const d = shift.length;
  const out = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += d) {
    let [mean, variance] = [0, 0];
    for (let j = 0; j < d; j++) mean += x[row + j]! / d;
    for (let j = 0; j < d; j++) variance += (x[row + j]! - mean) ** 2 / d;
    const inverse = 1 / Math.sqrt(variance + epsilon);
    for (let j = 0; j < d; j++) out[row + j] = (x[row + j]! - mean) * inverse * (1 + scale[j]!) + shift[j]!;
  }
  return out;
}

/** Softmax attention over one image: qkv is [tokens, 3d] with q | k | v, each split into contiguous heads. */
export function attention(qkv: Float64Array, tokens: number, d: number, heads: number): Float64Array {
  const size = d / heads;
  const out = new Float64Array(tokens * d);
  const weights = new Float64Array(tokens);
  for (let h = 0; h < heads; h++) {
    for (let i = 0; i < tokens; i++) {
      const q = i * 3 * d + h * size;
      let largest = -Infinity;
      for (let j = 0; j < tokens; j++) {
        const k = j * 3 * d + d + h * size;
        let dot = 0;
        for (let c = 0; c < size; c++) dot += qkv[q + c]! * qkv[k + c]!;
        weights[j] = dot / Math.sqrt(size);
        largest = Math.max(largest, weights[j]!);
      }
      let total = 0;
      for (let j = 0; j < tokens; j++) {
        weights[j] = Math.exp(weights[j]! - largest);
        total += weights[j]!;
      }
      for (let j = 0; j < tokens; j++) {
        const v = j * 3 * d + 2 * d + h * size;
        for (let c = 0; c < size; c++) out[i * d + h * size + c]! += (weights[j]! / total) * qkv[v + c]!;
      }
    }
  }
  return out;
}

export interface PatchShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly patch: number;
}

/**
 * Index in a C,H,W image of element e of token t: tokens run row-major over patches, and inside a token
 * e = (dy·p + dx)·C + c.
 */
export function pixelOf({ channels, height, width, patch }: PatchShape, t: number, e: number): number {
  const across = width / patch;
  const c = e % channels;
  const dx = Math.floor(e / channels) % patch;
  const dy = Math.floor(e / (channels * patch));
  return c * height * width + (Math.floor(t / across) * patch + dy) * width + (t % across) * patch + dx;
}

/** Where every token element comes from: patchify gathers by it, unpatchify scatters by it. */
export function pixelTable(shape: PatchShape): Int32Array {
  const per = shape.patch ** 2 * shape.channels;
  return Int32Array.from({ length: shape.channels * shape.height * shape.width }, (_, i) =>
    pixelOf(shape, Math.floor(i / per), i % per),
  );
}
