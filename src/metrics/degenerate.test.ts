// What a metric says of too little: no point, one point, equal points, as few as it is defined for, more than it looks
// at. Expected values are by hand or by the closed form in the comment.
import { describe, expect, test } from 'vitest';
import { normals } from '../math/normal.ts';
import { weightsError } from './samples/density.ts';
import { energyFromMeans } from './samples/energy.ts';
import { accuracyOf } from './samples/features.ts';
import { judge, metricIds, metrics, type MetricId } from './samples/index.ts';
import { kernel, octaves, widestKernel } from './samples/gaussianKernel.ts';
import { mmd2, mmdFromMeans } from './samples/mmd.ts';
import { firstRows, meanOverPairs, pairwiseLimit, remember } from './samples/pairwise.ts';
import { pairedDistances, quantile } from './samples/paired.ts';
import { directions, projections, slicedFromSorted, slicedWasserstein } from './samples/sliced.ts';
import type { Batch, Metric, Subject } from './samples/types.ts';

const batch = (dim: number, ...data: number[]): Batch => ({ n: data.length / dim, dim, data });
const empty = (dim: number): Batch => ({ n: 0, dim, data: [] });
const none = { labels: [], logits: empty(2), real: { mean: Float64Array.of(0, 0), covariance: new Float64Array(4) } };

/** What the table of a comparison reads: what it is against, which way is better, whether a log axis may take it. */
const facts: Readonly<Record<MetricId, readonly [Metric['against'], Metric['better'], boolean, string]>> = {
  paired_median: ['reference', 'lower', true, 'data units'],
  paired_p95: ['reference', 'lower', true, 'data units'],
  paired_rms: ['reference', 'lower', true, 'data units'],
  energy: ['target', 'lower', false, 'data units'],
  sw1: ['target', 'lower', true, 'data units'],
  sw2: ['target', 'lower', true, 'data units'],
  mmd: ['target', 'lower', false, ''],
  nll: ['target', 'lower', false, 'nats'],
  mode_weights: ['target', 'lower', true, ''],
  fd: ['features', 'lower', true, ''],
  kid: ['features', 'lower', false, ''],
  accuracy: ['features', 'higher', false, ''],
  log_likelihood: ['flow', 'higher', false, 'nats'],
  bits_per_dim: ['flow', 'lower', false, 'bits'],
};
test.each(metricIds)('%s: against, better, axis and unit', (id) => {
  const { against, better, log, unit } = metrics[id] as Metric;
  expect([against, better, log, unit]).toEqual(facts[id]);
});
test('the table names every metric, in the order of the menu', () => expect(Object.keys(facts)).toEqual(metricIds));

/** Half the mean over directions of |shift · direction|, from normals of the seed that is written down here. */
const along = (x: number, y: number, power: 1 | 2) => {
  const z = normals(0x51ced, 0, 64, 2);
  let sum = 0;
  for (let i = 0; i < 64; i++) {
    const [u, v] = [z[2 * i]!, z[2 * i + 1]!];
    sum += Math.abs((x * u + y * v) / Math.hypot(u, v)) ** power;
  }
  return (sum / 64) ** (1 / power);
};
const everything = (samples: Batch, target: Batch, owners: number[], scores: Batch, labels: number[]): Subject => ({
  samples,
  reference: target,
  target,
  logDensity: (x) => Float64Array.from({ length: x.length / 2 }, (_, i) => -x[2 * i]!),
  modes: { weights: [0.25, 0.75], assign: () => owners },
  features: {
    samples,
    real: { mean: Float64Array.of(0, 0), covariance: Float64Array.of(1, 0, 0, 1) },
    logits: scores,
    labels,
  },
});

describe('few points', () => {
  test('none: nothing applies', () => {
    expect(judge(everything(empty(2), empty(2), [], empty(2), []))).toEqual({});
    expect(
      judge(everything(empty(2), batch(2, 1, 1, 2, 2), [], empty(2), []), ['energy', 'sw1', 'sw2', 'mmd']),
    ).toEqual({});
    const samples = batch(2, 1, 1, 2, 2);
    expect(judge({ ...everything(samples, empty(2), [0, 0], empty(2), []), reference: samples })).toEqual({
      paired_median: 0,
      paired_p95: 0,
      paired_rms: 0,
      nll: 1.5,
      mode_weights: 0.75,
    });
  });

  test('one point: distances are its own, what is unbiased needs two', () =>
    expect(judge(everything(batch(2, 3, 4), batch(2, 0, 0), [0], batch(2, 0, 2), [1]))).toEqual({
      paired_median: 5,
      paired_p95: 5,
      paired_rms: 5,
      sw1: expect.closeTo(along(3, 4, 1), 12),
      sw2: expect.closeTo(along(3, 4, 2), 12),
      nll: 3,
      mode_weights: 0.75,
      accuracy: 1,
    }));

  test('one against two, two against one: unbiased needs two of both', () => {
    const [one, two] = [batch(2, 3, 4), batch(2, 0, 0, 9, 9)];
    for (const [samples, target] of [
      [one, two],
      [two, one],
    ] as const) {
      const both = { samples, target };
      expect([metrics.energy.compute(both), metrics.mmd.compute(both)]).toEqual([null, null]);
      expect(metrics.sw1.compute(both)).toBeCloseTo(along(3, 4, 1), 12); // the first row of the longer one
      expect(metrics.sw2.compute(both)).toBeCloseTo(along(3, 4, 2), 12);
    }
  });

  test('two against two: the fewest that all are defined for', () => {
    const [samples, target] = [batch(2, 0, 0, 6, 8), batch(2, 0, 0, 0, 4)];
    // cross distances 0, 4, 10, √52; within 10 and 4
    expect(metrics.energy.compute({ samples, target })).toBeCloseTo((14 + Math.sqrt(52)) / 2 - 10 - 4, 12);
    // widest kernel: y has standard deviation 2, x none
    const k = (squared: number) => [1, 4, 16, 64, 256].reduce((s, f) => s + Math.exp((-f * squared) / 8), 0) / 5;
    expect(metrics.mmd.compute({ samples, target })).toBeCloseTo(
      k(100) + k(16) - (k(0) + k(16) + k(100) + k(52)) / 2,
      12,
    );
  });

  test('equal points, the same as the target’s: every distance is 0, also with kernels of no width of their own', () => {
    const three = batch(2, 2, -1, 2, -1, 2, -1);
    expect(widestKernel(three)).toBe(1);
    expect(
      judge(everything(three, batch(2, 2, -1, 2, -1, 2, -1), [1, 1, 1], batch(2, 1, 1, 1, 1, 1, 1), [0, 0, 1])),
    ).toEqual({
      paired_median: 0,
      paired_p95: 0,
      paired_rms: 0,
      energy: 0,
      sw1: 0,
      sw2: 0,
      mmd: 0,
      nll: 2,
      mode_weights: 0.25,
      fd: expect.closeTo(2 ** 2 + 1 + 2, 12), // |Δμ|² + tr(0 + I − 2·0)
      accuracy: expect.closeTo(2 / 3, 15),
    });
    // Away from the target's three equal points: 2 − 2k at width 1, five octaves.
    const k = [1, 4, 16, 64, 256].reduce((s, f) => s + Math.exp((-f * 9) / 2), 0) / 5;
    expect(metrics.mmd.compute({ samples: batch(2, 2, 2, 2, 2), target: three })).toBeCloseTo(2 - 2 * k, 12);
  });
});

describe('the limit of pairwise metrics', () => {
  // 4095 zeros, one at 10, one far away that nobody may look at.
  const samples: Batch = {
    n: 4097,
    dim: 1,
    data: Float64Array.from({ length: 4097 }, (_, i) => [10, 1e9][i - 4095] ?? 0),
  };
  const target = batch(1, 1, 3);
  test('is 4096 rows: the batch itself up to there, its first rows beyond', () => {
    expect(pairwiseLimit).toBe(4096);
    const five = batch(2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    expect(firstRows(five, 5)).toBe(five);
    expect(firstRows(five, 6)).toBe(five);
    expect(firstRows(five, 2)).toEqual({ n: 2, dim: 2, data: Float64Array.of(1, 2, 3, 4) });
  });
  test('energy of the first 4096', () => {
    const xy = (4095 * 2 + 8) / 4096;
    expect(metrics.energy.compute({ samples, target })).toBeCloseTo(2 * xy - (2 * 10) / 4096 - 2, 9);
  });
  test('MMD² of the first 4096', () => {
    const k = (d: number) => [1, 4, 16, 64, 256].reduce((s, f) => s + Math.exp((-f * d * d) / 2), 0) / 5;
    const xy = (4095 * (k(1) + k(3)) + k(9) + k(7)) / 8192;
    const xx = ((4095 * 4094) / 2 + 4095 * k(10)) / ((4096 * 4095) / 2);
    expect(metrics.mmd.compute({ samples, target })).toBeCloseTo(xx + k(2) - 2 * xy, 9);
  });
  test('of the target too, and what a GPU has summed counts for as many rows as it looked at', () => {
    const long: Batch = {
      n: 5000,
      dim: 1,
      data: Float64Array.from({ length: 5000 }, (_, i) => (i < 4096 ? 2 * (i % 2) : 1e6)),
    };
    const pairs = { xy: 3, xx: 1.5 };
    const many: Batch = { n: 5000, dim: 1, data: [] };
    // Half of the ordered pairs of the target are 2 apart: mean 1, unbiased 4096/4095.
    expect(metrics.energy.compute({ samples: many, target: long, pairs })).toBeCloseTo(6 - (2.5 * 4096) / 4095, 9);
    expect(metrics.energy.compute({ samples: batch(1, 0, 0, 0), target, pairs })).toBeCloseTo(
      6 - (1.5 * 3) / 2 - 2,
      12,
    );
  });
});

describe('sides are not exchanged', () => {
  const [x, y] = [batch(1, 0, 1, 5), batch(1, 2, 9)];
  test('energy and MMD² weigh each side by its own number', () => {
    // cross 2, 9, 1, 8, 3, 4; within x: 1, 5, 4; within y: 7
    expect(metrics.energy.compute({ samples: x, target: y })).toBeCloseTo(9 - 10 / 3 - 7, 12);
    expect(energyFromMeans(3, 2, 1, 3, 5)).toBeCloseTo(6 - (2 * 3) / 2 - 5 / 4, 12);
    expect(mmdFromMeans(0.25, 0.5, 0.75, 3, 5)).toBeCloseTo((1.5 - 1) / 2 + (3.75 - 1) / 4 - 0.5, 12);
    const k = (squared: number) => 1 / (1 + squared);
    expect(mmd2(x, y, k)).toBeCloseTo(
      (1 / 2 + 1 / 26 + 1 / 17) / 3 + 1 / 50 - (1 / 5 + 1 / 82 + 1 / 2 + 1 / 65 + 1 / 10 + 1 / 17) / 3,
      12,
    );
    expect(mmd2(x, y, k, 0.6)).toBeCloseTo(
      (1 / 2 + 1 / 26 + 1 / 17) / 3 + (0.6 * 2 - 1) - (1 / 5 + 1 / 82 + 1 / 2 + 1 / 65 + 1 / 10 + 1 / 17) / 3,
      12,
    );
  });
  test('the widest kernel is the target’s, not the samples’, and its root mean square in all dimensions', () => {
    expect(octaves).toBe(5);
    expect(widestKernel(batch(2, 1, 2, 3, 8))).toBeCloseTo(Math.sqrt(1 + 9), 12);
    expect(metrics.mmd.compute({ samples: x, target: y })).toBeCloseTo(mmd2(x, y, kernel(3.5)), 12);
  });
  test('pairs of different dimension are refused', () => {
    expect(() => meanOverPairs(batch(1, 1, 2), batch(2, 1, 2), Math.sqrt)).toThrow('got 1 and 2');
    expect(() => pairedDistances(batch(2, 1, 2), batch(4, 1, 2, 3, 4))).toThrow('1×2 and 1×4');
  });
  test('paired distances: per pixel from three numbers on', () => {
    expect([...pairedDistances(batch(1, 5), batch(1, 2))]).toEqual([3]);
    expect([...pairedDistances(batch(2, 3, 4), batch(2, 0, 0))]).toEqual([5]);
    expect([...pairedDistances(batch(3, 2, 3, 6), batch(3, 0, 0, 0))]).toEqual([7 / Math.sqrt(3)]);
  });
  test('quantiles of one, of none and of an even number', () => {
    expect(quantile([], 0.5)).toBeNaN();
    expect(quantile([4], 0.95)).toBe(4);
    expect(quantile([1, 4], 0.25)).toBe(1.75);
  });
});

describe('sliced distances', () => {
  test('the directions never change', () => {
    expect(projections).toBe(64);
    expect(directions(2)).toHaveLength(128);
    expect([...directions(2).slice(0, 2), ...directions(3, 1)]).toEqual(
      [0.9110838426797363, -0.4122210955396697, 0.8171551442445527, -0.36972293109227616, 0.44222440509225647].map(
        (v) => expect.closeTo(v, 12),
      ),
    );
  });
  test('a table from the GPU serves when it is of all the rows that count', () => {
    const [x, y] = [batch(2, 0, 0, 1, 1), batch(2, 0, 0, 0, 0)];
    const sevens = new Float64Array(128).fill(7); // against two zero rows
    const both = { samples: x, target: y, sorted: sevens };
    expect([metrics.sw1.compute(both), metrics.sw2.compute(both)]).toEqual([7, 7]);
    expect(slicedWasserstein(x, batch(2, 0, 0), 1, sevens)).toBe(0); // only the first row of x: the table has two
    expect(slicedFromSorted([2], [2], 2)).toBe(0);
    expect(() => slicedFromSorted([], [], 1)).toThrow('non-empty');
  });
  test('SW1 and SW2 read a batch once between them, and again for another number of rows', () => {
    let read = 0;
    const watched: Batch = {
      n: 2,
      dim: 2,
      get data() {
        read++;
        return [1, 2, 3, 4];
      },
    };
    slicedWasserstein(batch(2, 0, 0, 1, 0), watched, 1);
    slicedWasserstein(batch(2, 0, 0, 2, 0), watched, 2);
    expect(read).toBe(1);
    slicedWasserstein(batch(2, 0, 0), watched, 2);
    expect(read).toBe(2);
  });
  test('what is remembered is computed once', () => {
    let made = 0;
    const of = remember<object>(() => ++made);
    const [a, b] = [{}, {}];
    expect([of(a), of(b), of(a), of(b)]).toEqual([1, 2, 1, 2]);
  });
});

describe('densities and features', () => {
  test('mode weights: a mode with several samples, a mode with none; any NaN is NaN', () => {
    expect(weightsError([0, 0, 0, 2], [0.5, 0.3, 0.2])).toBeCloseTo((0.25 + 0.3 + 0.05) / 2, 15);
    const modes = { weights: [1], assign: () => [0, 0] };
    expect(metrics.mode_weights.compute({ samples: batch(1, 1, NaN), modes })).toBeNaN();
    expect(metrics.mode_weights.compute({ samples: batch(1, 1, 2), modes })).toBe(0);
  });
  test('FD from one more sample than features on, divisor n − 1, and never below 0', () => {
    const samples = batch(2, 0, 0, 2, 0, 1, 3); // mean 1, 1; covariance 1, 0, 0, 3
    const real = { mean: Float64Array.of(0, 0), covariance: Float64Array.of(1, 0, 0, 1) };
    const fd = (features: Batch, of = real) =>
      metrics.fd.compute({ samples, features: { ...none, samples: features, real: of } });
    expect(fd(samples)).toBeCloseTo(2 + (Math.sqrt(3) - 1) ** 2, 12);
    expect(fd(batch(2, 0, 0, 2, 0))).toBeNull();
    expect(fd(samples, { mean: Float64Array.of(1, 1), covariance: Float64Array.of(1, 0, 0, 3) })).toBeCloseTo(0, 6);
  });
  test('accuracy: the first of equal scores counts, a NaN is wrong whatever the label', () => {
    expect(accuracyOf(batch(2, 1, 1, 1, 1), [0, 1])).toBe(0.5);
    expect(accuracyOf(batch(3, 4, 9, 2, 4, 2, 9, 9, 4, 2, 3, 7, 5), [1, 2, 0, 2])).toBe(0.75);
    expect(accuracyOf(batch(2, NaN, 0, 0, NaN, 1, 0), [1, 0, 0])).toBeCloseTo(1 / 3, 15);
    expect(accuracyOf(batch(2, 0, NaN), [1])).toBe(0);
    const features = (logits: Batch, labels: number[]) => ({ ...none, samples: batch(2, 0, 0), logits, labels });
    const of = (logits: Batch, labels: number[]) =>
      metrics.accuracy.compute({ samples: batch(2, 0, 0), features: features(logits, labels) });
    expect(of(batch(2, 0, 1), [1])).toBe(1);
    expect(of(batch(2, 0, 1), [])).toBeNull();
    expect(of(empty(2), [1])).toBeNull();
  });
});
