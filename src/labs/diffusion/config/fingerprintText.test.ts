// The record that a link carries, bit for bit: old links are compared with it. And what goes with a contender's text:
// drawn schedules at another number of steps.
import { describe, expect, test } from 'vitest';
import { normals } from '../../../math/normal.ts';
import { philox4x32 } from '../../../math/philox.ts';
import { resampleLevels } from '../../../samplers/contenders/levels.ts';
import {
  compareFingerprint,
  formatFingerprint,
  printedSteps,
  projectState,
  TOLERANCE,
  type StepPrint,
} from '../../../engine/diffusion/fingerprint.ts';

const print = (value: number, sigma = 1, step = 1): StepPrint => ({ step, sigma, value });

describe('one number for a state', () => {
  test('pinned: 64 points of noise', () => {
    const value = projectState(normals(1, 0, 64, 2));
    expect(value).toBeCloseTo(-0.0707868226, 10);
    expect(formatFingerprint([[print(value)]])).toBe('1.vZD4');
    expect(projectState([3])).toBe(3);
    expect(projectState([])).toBe(0);
  });
  test('the sign of element i is bit i of Philox under the key "FING", from the lowest bit of the first word on', () => {
    const n = 400;
    const words = new Uint32Array(4);
    for (const i of [0, 1, 30, 31, 32, 33, 63, 64, 95, 96, 126, 127, 128, 129, 255, 256, 399]) {
      const x = new Float64Array(n);
      x[i] = 2;
      philox4x32(Math.floor(i / 128), 0, 0, 0, 0x46494e47, 0, words);
      const bit = Math.floor(words[Math.floor((i % 128) / 32)]! / 2 ** (i % 32)) % 2;
      expect(projectState(x), String(i)).toBeCloseTo(((bit === 1 ? 1 : -1) * 2) / 20, 15);
    }
  });
});

describe('the record', () => {
  test('is the first three bytes of the float, steps after each other, contenders apart', () => {
    // 1 = 3F800000, −2.5 = C0200000, 0.001 = 3A83126F.
    expect(formatFingerprint([[print(1), print(-2.5)], [], [print(1e-3)]])).toBe('1.P4AAwCAA..OoMS');
    expect(formatFingerprint([])).toBe('1');
  });
  test('reproduces within 0.002·(1 + σ), and says by how much it missed', () => {
    expect(TOLERANCE).toBe(2e-3);
    const one = formatFingerprint([[print(1, 80)]]);
    const middle = 1 + 2 ** -16; // of what 24 bits leave open
    expect(compareFingerprint(one, [[print(1.05, 80)]])).toEqual({
      verdict: 'reproduced',
      largest: expect.closeTo(1.05 - middle, 12),
    });
    expect(compareFingerprint(one, [[print(middle + 0.1619, 80)]]).verdict).toBe('reproduced');
    expect(compareFingerprint(one, [[print(middle + 0.1621, 80, 7)]])).toEqual({
      verdict: 'differs',
      contender: 0,
      step: 7,
      by: expect.closeTo(0.1621, 12),
    });
    expect(compareFingerprint(one, [[print(middle - 0.1619, 80)]]).verdict).toBe('reproduced');
    expect(compareFingerprint(one, [[print(middle - 0.1621, 80)]]).verdict).toBe('differs');
    expect(compareFingerprint(one, [[print(middle + 0.0019, 0)]]).verdict).toBe('reproduced');
    expect(compareFingerprint(one, [[print(middle + 0.0021, 0)]]).verdict).toBe('differs');
    expect(compareFingerprint(one, [[print(1.05, 1)]]).verdict).toBe('differs');
    expect(compareFingerprint(one, [[print(NaN, 80)]])).toMatchObject({ verdict: 'differs', by: NaN });
  });
  test('the largest miss of all steps and contenders is told', () => {
    const text = formatFingerprint([[print(0), print(1)], [print(2)]]);
    const shown = compareFingerprint(text, [[print(0, 9), print(1.011, 9)], [print(2.003, 9)]]);
    expect(shown).toEqual({ verdict: 'reproduced', largest: expect.closeTo(0.011 - 2 ** -16, 9) });
    expect(compareFingerprint('1', [])).toEqual({ verdict: 'reproduced', largest: 0 });
  });
  test.each([
    ['2.vZD4', [[print(0)]], "the link’s record is of version '2', this page reads version 1"],
    ['1.0.vZD4', [[print(0)]], 'the link’s record holds 2 contenders, the experiment 1'],
    [
      `${'9'.repeat(20)}.AAAA`,
      [[print(0)]],
      "the link’s record is of version '999999999999', this page reads version 1",
    ],
    ['1', [[print(0)]], 'the link’s record holds 0 contenders, the experiment 1'],
    ['1.vZD4.vZD4', [[print(0)]], 'the link’s record holds 2 contenders, the experiment 1'],
    ['1.vZD4.vZD', [[print(-0.0708)], [print(0)]], 'the record of contender 2 does not have 1 steps'],
    ['1.vZD4', [[print(0), print(0)]], 'the record of contender 1 does not have 2 steps'],
    ['1.vZD4vZD4', [[print(0)]], 'the record of contender 1 does not have 1 steps'],
    ['1.vZ+4', [[print(0)]], 'the record of contender 1 does not have 1 steps'],
  ])('%s is unreadable', (text, prints, because) =>
    expect(compareFingerprint(text, prints)).toEqual({ verdict: 'unreadable', because }),
  );
  test.each([
    [7, 'image', '1 2 3 4 5 6 7'],
    [8, 'image', '1 2 3 4 5 6 7 8'],
    [9, 'image', '1 2 3 5 6 7 8 9'],
    [20, 'image', '3 5 8 10 13 15 18 20'],
    [1, 'point', '1'],
    [24, 'point', '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24'],
    [25, 'point', '1 2 3 4 5 6 7 8 9 10 11 13 14 15 16 17 18 19 20 21 22 23 24 25'],
    [100, 'point', '4 8 13 17 21 25 29 33 38 42 46 50 54 58 63 67 71 75 79 83 88 92 96 100'],
  ] as const)('of %i steps of a %s these are printed: %s', (steps, kind, want) =>
    expect(printedSteps(steps, kind).join(' ')).toBe(want),
  );
});

describe('a drawn schedule at another number of steps', () => {
  test.each([
    [[16, 4, 1, 0], 5, [16, 8, 4, 2, 1, 0]],
    [[16, 4, 1, 0], 3, [16, 4, 1, 0]],
    [[16, 4, 1, 0], 2, [16, 1, 0]],
    [[16, 4, 1, 0], 1, [16, 0]],
    [[16, 4, 1], 4, [16, 8, 4, 2, 1]],
    [[16, 4, 1], 1, [16, 1]],
    [[16, 8, 1], 4, [16, 16 / Math.SQRT2, 8, 8 / Math.sqrt(8), 1]],
    [[64, 1], 3, [64, 16, 4, 1]],
    [[8, 0], 3, [8, 0.4, 0.02, 0]], // one positive level has no shape: evenly in log σ to the model's least
    [[8, 0], 2, [8, 0.02, 0]],
    [[0.02, 0], 3, [0.02, 0.02 / Math.SQRT2, 0.01, 0]],
    [[8, 0], 1, [8, 0]],
    [[81, 27, 1, 0], 4, [81, 81 / 3 ** (2 / 3), 27 / 3, 1, 0]],
  ])('%j with %i steps', (sigmas, steps, want) =>
    expect(resampleLevels(sigmas, steps, 0.02)).toEqual(want.map((v) => (v === 0 ? 0 : expect.closeTo(v, 12)))),
  );
});
