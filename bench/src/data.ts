/** Inputs and float64 references of the single operations. */
import type { Samples } from './types.ts';

/** Deterministic floats in [−scale, scale). */
export function wave(count: number, seed: number, scale = 1): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  let s = Math.imul(seed, 0x9e3779b9) >>> 0;
  for (let i = 0; i < count; i++) {
    s = (Math.imul(s ^ (s >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    out[i] = ((s >>> 8) / 2 ** 23 - 1) * scale;
  }
  return out;
}

/**
 * `wanted` places of `count`, first and last among them, spread by a step that shares no factor with usual tile sizes.
 */
export function places(count: number, wanted = 97): number[] {
  const out = new Set([0, count - 1]);
  for (let i = 1; out.size < Math.min(wanted, count); i++)
    out.add((i * 7919 + Math.floor((i * count) / wanted)) % count);
  return [...out];
}
export function samples(count: number, at: (index: number) => number, wanted?: number): Samples {
  const index = places(count, wanted);
  return { index, value: index.map(at) };
}

/** Values `of` an array, from `at` on, `step` apart (1 unless given). */
export interface Strided {
  readonly of: ArrayLike<number>;
  readonly at: number;
  readonly step?: number;
}
/** Σ aᵢ·bᵢ over n. */
export function dot(n: number, a: Strided, b: Strided): number {
  const [stepA, stepB] = [a.step ?? 1, b.step ?? 1];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a.of[a.at + i * stepA]! * b.of[b.at + i * stepB]!;
  return sum;
}

/** (rows, cols) to (cols, rows). */
export function transpose(x: Float32Array<ArrayBuffer>, rows: number, cols: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(x.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) out[c * rows + r] = x[r * cols + c]!;
  return out;
}
