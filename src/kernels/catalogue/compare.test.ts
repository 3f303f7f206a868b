import { describe, expect, test } from 'vitest';
import { compareOutput, ulpOf } from './compare.ts';
import type { Expected, Output } from './types.ts';

const expected = (...values: number[]): Expected => ({
  indices: Uint32Array.from(values.keys()),
  values: Float64Array.from(values),
});
const f32 = (tolerance: number, count: number): Pick<Output, 'name' | 'count' | 'type' | 'tolerance'> => ({
  name: 'y',
  count,
  type: 'f32',
  tolerance,
});
const floats = (...values: number[]) => Float32Array.from(values);

describe('ulpOf', () => {
  test.each([
    [1, 2 ** -23],
    [1.999, 2 ** -23],
    [2, 2 ** -22],
    [-3, 2 ** -22],
    [0.999, 2 ** -24],
    [0, 2 ** -149],
    [1e-40, 2 ** -149],
    [2 ** -126, 2 ** -149],
    [Math.fround(2 - 2 ** -23), 2 ** -23],
  ])('of %d is %d', (value, ulp) => {
    expect(ulpOf(value)).toBe(ulp);
    // What an f32 itself says, where it is not a power of two seen from below.
    const word = new Uint32Array(floats(Math.abs(value)).buffer);
    const up = word.map((w) => w + 1);
    expect(new Float32Array(up.buffer)[0]! - new Float32Array(word.buffer)[0]!).toBe(ulp);
  });
});

describe('compareOutput', () => {
  test('equal numbers pass with nothing to say', () => {
    expect(compareOutput(floats(1, -2, 0.5), expected(1, -2, 0.5), f32(0, 3))).toEqual({
      output: 'y',
      nmse: 0,
      maxUlp: 0,
      maxError: 0,
      tolerance: 0,
      checked: 3,
      count: 3,
      pass: true,
      worst: { index: 0, got: 1, expected: 1 },
    });
  });

  test('an error is found, in absolute, relative and last-place terms', () => {
    const check = compareOutput(floats(1, 2 + 3 * 2 ** -22, 4), expected(1, 2, 4), f32(1e-6, 3));
    expect(check).toMatchObject({ maxUlp: 3, maxError: 3 * 2 ** -22, pass: true, worst: { index: 1, expected: 2 } });
    expect(check.nmse).toBeCloseTo((3 * 2 ** -22) ** 2 / 21, 20);
    expect(compareOutput(floats(1, 2 + 3 * 2 ** -22, 4), expected(1, 2, 4), f32(5e-7, 3)).pass).toBe(false);
  });

  test('the reference is rounded before last places are counted: a half is none', () => {
    expect(compareOutput(floats(1), expected(1 + 2 ** -25), f32(1e-6, 1)).maxUlp).toBe(0);
    expect(compareOutput(floats(1), expected(1 + 1.6 * 2 ** -23), f32(1e-6, 1)).maxUlp).toBe(2);
  });

  test('last places of numbers under a thousandth of the largest are not counted, their errors are', () => {
    const check = compareOutput(floats(1000, 0.9, 1.5), expected(1000, 0.5, 1), f32(0.1, 3));
    expect(check.maxUlp).toBe(0.5 / 2 ** -23);
    expect(check).toMatchObject({ maxError: 0.5, pass: false });
  });

  test.each([NaN, Infinity, -Infinity])('%d fails and is the worst', (value) => {
    const check = compareOutput(floats(1, value, 9), expected(1, 2, 3), f32(100, 3));
    expect(check).toMatchObject({
      pass: false,
      maxError: Infinity,
      maxUlp: Infinity,
      nmse: Infinity,
      worst: { index: 1, got: value },
    });
  });

  test('a short read fails, at what is missing or merely unread', () => {
    expect(compareOutput(floats(1, 2), expected(1, 2, 3), f32(1, 3))).toMatchObject({
      pass: false,
      maxError: Infinity,
      worst: { index: 2 },
    });
    expect(compareOutput(floats(1, 2), expected(1, 2), f32(1, 3)).pass).toBe(false);
  });

  test('nothing to check, or a reference that is no number, proves nothing', () => {
    expect(compareOutput(floats(1), expected(), f32(1, 1)).pass).toBe(false);
    expect(compareOutput(floats(1), expected(NaN), f32(1, 1)).pass).toBe(false);
    expect(compareOutput(floats(1), expected(Infinity), f32(1, 1)).pass).toBe(false);
  });

  test('a spread is compared where it says', () => {
    const sparse: Expected = { indices: Uint32Array.of(1, 3), values: Float64Array.of(5, 7) };
    expect(compareOutput(floats(99, 5, 99, 7), sparse, f32(0, 4))).toMatchObject({ pass: true, checked: 2, count: 4 });
    expect(compareOutput(floats(99, 5, 99, 6), sparse, f32(0, 4))).toMatchObject({
      pass: false,
      worst: { index: 3, got: 6, expected: 7 },
    });
  });

  test('whole numbers must be equal, whatever the tolerance', () => {
    const u32 = { name: 'token', count: 2, type: 'u32', tolerance: 10 } as const;
    expect(compareOutput(Uint32Array.of(4, 0xffffffff), expected(4, 0xffffffff), u32).pass).toBe(true);
    expect(compareOutput(Uint32Array.of(4, 0xfffffffe), expected(4, 0xffffffff), u32)).toMatchObject({
      pass: false,
      maxError: 1,
      tolerance: 0,
    });
  });

  test('zeros against zeros are right, against anything else infinitely wrong', () => {
    expect(compareOutput(floats(0), expected(0), f32(0, 1))).toMatchObject({ pass: true, nmse: 0 });
    expect(compareOutput(floats(0.5), expected(0), f32(0, 1))).toMatchObject({ pass: false, nmse: Infinity });
  });
});
