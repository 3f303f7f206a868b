/** How far an output is from its float64 reference. */
import type { Expected, Output } from './types.ts';

export interface OutputCheck {
  readonly output: string;
  /** Σ(got − expected)² / Σ expected² over the checked elements. */
  readonly nmse: number;
  /**
   * Largest distance from the reference, rounded to f32, in units of its last place; over elements of at least a
   * thousandth of the largest.
   */
  readonly maxUlp: number;
  /** The checked element that is furthest off, counted from the output's start. */
  readonly worst: { readonly index: number; readonly got: number; readonly expected: number };
  readonly maxError: number;
  readonly tolerance: number;
  /** Elements compared, and elements of the output. */
  readonly checked: number;
  readonly count: number;
  /** All there, finite and within the tolerance; for whole numbers: equal. */
  readonly pass: boolean;
}

/** Distance of two neighbouring f32 at a value that is one. */
export function ulpOf(value: number): number {
  const size = Math.abs(value);
  if (size < 2 ** -126) return 2 ** -149;
  // log2 may round up to the next power just below it.
  const exponent = Math.floor(Math.log2(size));
  return 2 ** ((2 ** exponent > size ? exponent - 1 : exponent) - 23);
}

/** `got` begins at the output's start; elements that it lacks are wrong. */
export function compareOutput(
  got: Float32Array | Uint32Array,
  { indices, values }: Expected,
  { name, count, type, tolerance }: Pick<Output, 'name' | 'count' | 'type' | 'tolerance'>,
): OutputCheck {
  let largest = 0;
  let power = 0;
  let wrong = 0;
  let maxError = 0;
  let maxUlp = 0;
  let worst = 0;
  let pass = indices.length > 0 && got.length >= count;
  for (const v of values) {
    if (!Number.isFinite(v)) pass = false; // a reference that is no number proves nothing
    largest = Math.max(largest, Math.abs(v));
    power += v * v;
  }
  const allowed = type === 'u32' ? 0 : tolerance;
  indices.forEach((index, i) => {
    const expected = values[i]!;
    const value = got[index] ?? NaN;
    const error = Number.isFinite(value) ? Math.abs(value - expected) : Infinity;
    if (!(error <= allowed)) pass = false;
    wrong += error * error;
    if (error > maxError) [maxError, worst] = [error, i];
    if (Math.abs(expected) >= 1e-3 * largest)
      maxUlp = Math.max(
        maxUlp,
        type === 'u32'
          ? error
          : Math.abs(value - Math.fround(expected)) / ulpOf(Math.fround(expected)) ||
              (error === Infinity ? Infinity : 0),
      );
  });
  return {
    output: name,
    nmse: wrong === 0 ? 0 : wrong / power,
    maxUlp,
    maxError,
    tolerance: allowed,
    checked: indices.length,
    count,
    pass,
    worst: { index: indices[worst] ?? 0, got: got[indices[worst] ?? 0] ?? NaN, expected: values[worst] ?? NaN },
  };
}
