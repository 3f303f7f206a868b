import { describe, expect, test } from 'vitest';
import { normals } from '../math/normal.ts';
import { halfWidth, jackknifeError, meanHalfWidth, verdicts } from './intervals.ts';
import { leaveOut, MOST_ROWS, PARTS, scaled } from './samples/leaveOut.ts';
import type { Subject } from './samples/types.ts';

const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length;
const batch = (data: ArrayLike<number>, dim = 1) => ({ n: data.length / dim, dim, data });
const partsOf = (data: ArrayLike<number>) =>
  Array.from({ length: PARTS }, (_, g) => mean(leaveOut({ samples: batch(data) }, g)!.samples.data));

describe('the delete-a-group jackknife', () => {
  test('of a mean is the standard error of the means of the parts', () => {
    const data = normals(5, 0, 40, 1);
    const means = Array.from({ length: PARTS }, (_, g) => mean(Array.from(data).filter((_, i) => i % PARTS === g)));
    const centre = mean(means);
    const sd = Math.sqrt(means.reduce((a, m) => a + (m - centre) ** 2, 0) / (PARTS - 1));
    expect(jackknifeError(partsOf(data))).toBeCloseTo(sd / Math.sqrt(PARTS), 12);
  });
  // N = 2,000: the share has a standard error of 0.5 %, so a coverage off by 2 % is seen with z = 4.
  test('covers 95 % of true means in 95 % of cases', () => {
    let covered = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const data = normals(seed, 0, 64, 1);
      covered += Number(Math.abs(mean(data)) <= halfWidth(partsOf(data)));
    }
    expect(covered / 2000).toBeGreaterThan(0.93);
    expect(covered / 2000).toBeLessThan(0.97);
  });
  test('of many rows uses the first and narrows what they say', () => {
    const n = 4 * MOST_ROWS;
    const part = leaveOut({ samples: batch(normals(1, 0, n, 1)), target: batch(normals(2, 0, n, 1)) }, 0)!;
    expect([part.samples.n, part.target!.n]).toEqual([MOST_ROWS - MOST_ROWS / PARTS, MOST_ROWS]);
    const features = {
      samples: batch(normals(1, 0, n, 1)),
      real: { mean: Float64Array.of(0), covariance: Float64Array.of(1) },
      logits: batch(normals(1, 0, n, 1)),
      labels: Array.from({ length: n }, () => 0),
    };
    const seen = leaveOut({ samples: batch(normals(1, 0, n, 1)), features }, 0)!.features!;
    expect([seen.samples.n, seen.logits.n, seen.labels.length]).toEqual(Array(3).fill(MOST_ROWS - MOST_ROWS / PARTS));
    expect(scaled([1, 2, 3], n)).toEqual([1.5, 2, 2.5]);
    expect(scaled([1, 2, 3], MOST_ROWS)).toEqual([1, 2, 3]);
  });
});

describe('a subject without a part', () => {
  const subject: Subject = {
    samples: batch(
      Array.from({ length: 32 }, (_, i) => i),
      2,
    ),
    reference: batch(
      Array.from({ length: 32 }, (_, i) => 100 + i),
      2,
    ),
    features: {
      samples: batch(Array.from({ length: 16 }, (_, i) => 10 * i)),
      real: { mean: Float64Array.of(0), covariance: Float64Array.of(1) },
      logits: batch(Array.from({ length: 16 }, (_, i) => -i)),
      labels: Array.from({ length: 16 }, (_, i) => i % 10),
    },
  };
  test('keeps rows, references, features and labels side by side', () => {
    const cut = leaveOut(subject, 3)!;
    expect([...Array.from(cut.samples.data)].slice(4, 8)).toEqual([4, 5, 8, 9]);
    expect([...Array.from(cut.reference!.data)].slice(4, 8)).toEqual([104, 105, 108, 109]);
    expect([cut.samples.n, cut.reference!.n, cut.features!.samples.n, cut.features!.logits.n]).toEqual([
      14, 14, 14, 14,
    ]);
    expect(Array.from(cut.features!.samples.data)).not.toContain(30);
    expect(Array.from(cut.features!.samples.data)).not.toContain(110);
    expect(cut.features!.labels).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9, 0, 2, 3, 4, 5]);
  });
  test('is none where a part would have a single row', () => {
    expect(leaveOut({ samples: batch(normals(1, 0, 15, 1)) }, 0)).toBeNull();
    expect(leaveOut({ samples: batch(normals(1, 0, 16, 1)) }, 0)).not.toBeNull();
  });
});

describe('verdicts', () => {
  const noise = [0.3, -0.2, 0.1, 0.4, -0.5, 0.2, -0.1, -0.2];
  const rated = (value: number, wobble: readonly number[]) => ({ value, spread: wobble.map((w) => value + w) });
  test('shared noise cancels: a small constant gap is seen under a large common spread', () => {
    expect(verdicts([rated(1, noise), rated(1.05, noise)], 'lower')).toEqual(['best', 'worse']);
    expect(verdicts([rated(1, noise), rated(1.05, noise)], 'higher')).toEqual(['worse', 'best']);
    expect(verdicts([rated(1, noise), rated(1.05, noise.toReversed())], 'lower')).toEqual(['best', 'tied']);
  });
  test('the gap at which a difference is told, exactly: t(0.975; 7) of its standard error for one comparison', () => {
    const wobble = [1, -1, 1, -1, 1, -1, 1, -1].map((v) => v / 10);
    const bar = 2.3646242515927844 * Math.sqrt((7 / 8) * 8 * 0.01);
    const flat = noise.map(() => 0);
    expect(verdicts([rated(1, flat), rated(1 + 1.001 * bar, wobble)], 'lower')[1]).toBe('worse');
    expect(verdicts([rated(1, flat), rated(1 + 0.999 * bar, wobble)], 'lower')[1]).toBe('tied');
    // A second comparison asks for more: t(1 − 0.025/2; 7) = 2.841.
    expect(verdicts([rated(1, flat), rated(1 + 1.001 * bar, wobble), rated(9, flat)], 'lower')).toEqual([
      'best',
      'tied',
      'worse',
    ]);
  });
  test('what has no interval or is not finite is never ranked', () => {
    expect(
      verdicts([rated(1, noise), { value: 0.5, spread: null }, rated(NaN, noise), rated(2, noise)], 'lower'),
    ).toEqual(['best', 'unknown', 'unknown', 'worse']);
    expect(verdicts([rated(1, noise), { value: null, spread: null }], 'lower')).toEqual(['unknown', 'unknown']);
  });
  test('of repeats: the paired t interval', () => {
    // scipy.stats.ttest_rel on the differences 0.1, 0.2, 0.3: mean 0.2, half width t(0.975; 2)·0.1/√3 = 0.248414.
    expect(meanHalfWidth([0.1, 0.2, 0.3])).toBeCloseTo(0.2484138, 6);
    const repeats = (values: readonly number[]) => ({ value: mean(values), spread: values });
    expect(verdicts([repeats([1, 2, 3]), repeats([1.1, 2.2, 3.3])], 'lower', meanHalfWidth)).toEqual(['best', 'tied']);
    expect(verdicts([repeats([1, 2, 3]), repeats([1.2, 2.2, 3.3])], 'lower', meanHalfWidth)).toEqual(['best', 'worse']);
  });
});
