import { describe, expect, test } from 'vitest';
import { guided, weightAt } from './guidance.ts';

describe('guidance', () => {
  test('weight 0 is without the condition, 1 with it, and between and beyond lies one line', () => {
    const said = [4, -1];
    const free = [2, 3];
    expect([0, 1, 0.5, 3].map((w) => [...guided(said, free, w)])).toEqual([
      [2, 3],
      [4, -1],
      [3, 1],
      [8, -9],
    ]);
  });

  test('rescaled by φ: the mean moves with the values, the deviation goes a share φ of the way back', () => {
    // said: mean 1, deviation 1; guided with 3: 6 and 0, mean 3, deviation 3; to deviation 1 at φ = 1.
    const at = (phi: number) => [...guided([2, 0], [0, 0], 3, phi)];
    expect(at(0)).toEqual([6, 0]);
    expect(at(1)[0]).toBeCloseTo(2, 15);
    expect(at(0.7)[0]).toBeCloseTo(0.7 * 2 + 0.3 * 6, 14);
    const shifted = guided([5, 3], [1, 1], 2, 0.5); // 9 and 5, deviation 2; said's is 1: times 1 − .5/2
    expect([...shifted].map((v) => v.toFixed(12))).toEqual([(9 * 0.75).toFixed(12), (5 * 0.75).toFixed(12)]);
  });

  test('a constant has no deviation to set right', () => {
    expect([...guided([2, 2], [1, 1], 3, 0.7)]).toEqual([4, 4]);
  });

  test('an interval is open below and closed above', () => {
    const interval = { above: 0.28, upTo: 5.42 };
    expect([0.1, 0.28, 0.2801, 5.42, 5.4201].map((sigma) => weightAt(4, interval, sigma))).toEqual([1, 1, 4, 4, 1]);
    expect(weightAt(4, null, 80)).toBe(4);
  });
});
