import { describe, expect, test } from 'vitest';
import { normals } from '../math/normal.ts';
import { mixture, mixtureDenoiser } from '../models/mixture.ts';
import { empiricalCritic, gaussianCritic } from './critics.ts';
import { distil, levelOf } from './distil.ts';
import { distilMethodIds, type DistilMethodId } from './index.ts';
import { isd } from './isd.ts';
import { sharesOf, spread, spreadWithin } from './measures.ts';
import { sds } from './sds.ts';
import { move, outcome, single, start, task, toy4 } from './testing.ts';
import { vsd } from './vsd.ts';

const sdOf = (theta: Float64Array) => spread(theta, 2);
const farthest = (a: Float64Array, b: Float64Array) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
const modesOf = (theta: Float64Array) =>
  Int32Array.from(
    { length: theta.length / 2 },
    (_, i) => (theta[2 * i]! > 0 ? 1 : 0) + (theta[2 * i + 1]! > 0 ? 2 : 0),
  );

/** Where each method is something known, as what comes out and what should; a new one needs its row. */
const reductions: Readonly<Record<DistilMethodId, () => readonly [got: Float64Array, want: Float64Array]>> = {
  sds() {
    // Of a point every guess is that point: e − z = (θ − p)/σ, and no noise is left in a step.
    const p = mixture(2, [{ weight: 1, mean: [0.5, -0.3], std: 1e-9 }]);
    const t = task({ steps: 40, low: 0.5, high: 0.5 });
    const want = t.start.map((v, i) => [0.5, -0.3][i % 2]! + (v - [0.5, -0.3][i % 2]!) * (1 - 0.02 / 0.5) ** 40);
    return [outcome(t, move(), sds, {}, p).theta, want];
  },
  vsd() {
    const one = task({ start: start(1), steps: 50 });
    // The critic of one point says (x − θ)/σ, which is z but for the last digit of a subtraction.
    const same = outcome(one, move(), vsd, { critic: 'empirical', bandwidth: 0 }, toy4);
    return [same.theta, outcome(one, move(), sds, {}, toy4).theta];
  },
  isd() {
    const t = task({ steps: 50, reference: 0 });
    return [outcome(t, move(), isd, { variate: 'z' }, single).theta, outcome(t, move(), sds, {}, single).theta];
  },
};

describe('knobs at which a method is another one', () => {
  test.each(distilMethodIds)('%s', (id) => {
    const [got, want] = reductions[id]();
    expect(got).toHaveLength(want.length);
    expect(farthest(got, want)).toBeLessThan(1e-12);
  });
  test('far below the spacing of particles VSD is SDS: the trap', () => {
    const apart = Float64Array.from({ length: 128 }, (_, at) => ((at % 2 === 0 ? at >> 1 : at >> 4) % 8) / 4 - 1);
    const low = task({ start: apart, steps: 200, low: 1e-6, high: 2e-6 });
    const same = outcome(low, move(), vsd, { critic: 'empirical', bandwidth: 0 }, toy4).theta;
    expect(farthest(same, outcome(low, move(), sds, {}, toy4).theta)).toBeLessThan(1e-8);
  });
  test('ISD told the only component there is, less the unconditional answer, is nothing at all', () => {
    const t = task({ steps: 50, reference: 0 });
    expect(outcome(t, move(), isd, { variate: 'unconditional' }, single).theta).toEqual(t.start);
  });
});

describe('64 particles on N((.5, -.3), .6²)', () => {
  test('SDS collapses, VSD with a Gaussian critic keeps the width, an empirical one loses with its bandwidth', () => {
    const sd = (bandwidth: number) =>
      sdOf(outcome(task(), move(), vsd, { critic: 'empirical', bandwidth }, single).theta);
    const collapsed = outcome(task(), move(), sds, {}, single).theta;
    expect(sdOf(collapsed)).toBeCloseTo(0.07, 2);
    expect(sdOf(outcome(task(), move(), vsd, { critic: 'gaussian', bandwidth: 0 }, single).theta)).toBeCloseTo(0.6, 3);
    const [none, some, much] = [0, 0.2, 0.4].map(sd);
    expect(none).toBeGreaterThan(0.56);
    expect(none).toBeLessThan(0.61);
    expect(some).toBeGreaterThan(0.53);
    expect(some).toBeLessThan(0.565);
    expect(much).toBeGreaterThan(0.43);
    expect(much).toBeLessThan(0.45);
  });
  test('less z the gradient at the mode has little variance: .071 instead of .551 where σ = 1', () => {
    const theta = Float64Array.from({ length: 8000 }, (_, i) => (i % 2 === 0 ? 0.5 : -0.3));
    const z = normals(3, 1, 4000, 2);
    const noised = theta.map((v, i) => v + z[i]!);
    const guess = mixtureDenoiser(single)(noised, 1);
    const slope = noised.map((x, i) => x - guess[i]!);
    const variance = (v: Float64Array) => v.reduce((s, a) => s + a * a, 0) / v.length;
    // σ⁴/(c² + σ²)² and c⁴/(c² + σ²)²; 8,000 numbers tell a variance to 1.6 %.
    expect(variance(slope) / (1 / 1.36 ** 2)).toBeCloseTo(1, 1);
    const less = sds.direction({ theta, noised, sigma: 1, z, slopes: [slope], dim: 2 }, {});
    expect(variance(less) / (0.36 / 1.36) ** 2).toBeCloseTo(1, 1);
  });
});

describe('ISD on four Gaussians', () => {
  test('less z every particle reaches the mode that it is told', () => {
    const { theta } = outcome(task({ reference: 3 }), move(), isd, { variate: 'z' }, toy4);
    for (let i = 0; i < 64; i++) expect(Math.hypot(theta[2 * i]! - 1, theta[2 * i + 1]! - 1)).toBeLessThan(0.12);
    expect(sharesOf(modesOf(theta), 4)[3]).toBeCloseTo(1, 12);
  });
  test('less the unconditional answer they are driven past it, to about (3.6, 3.7)', () => {
    const { theta } = outcome(task({ reference: 3 }), move(), isd, { variate: 'unconditional' }, toy4);
    const mean = [0, 1].map((j) => theta.reduce((s, v, i) => (i % 2 === j ? s + v / 64 : s), 0));
    for (const m of mean) expect(m).toBeGreaterThan(3.3);
    for (const m of mean) expect(m).toBeLessThan(4);
  });
});

describe('DreamPropeller', () => {
  const t = task({ steps: 200 });
  const adam = move({ optimiser: 'adam' });
  test.each(['sgd', 'adam'] as const)('%s at threshold 0 is the sequence exactly, in any window', (optimiser) => {
    const plain = outcome(t, move({ optimiser }), sds, {}, toy4);
    expect([plain.passes, plain.evaluations]).toEqual([200, 200]);
    for (const window of [4, 15]) {
      const same = outcome(t, move({ optimiser, window, keep: 0.5 }), sds, {}, toy4);
      expect(same.theta).toEqual(plain.theta);
      expect(same.evaluations).toBeGreaterThan(200);
      for (const { step, theta } of same.marks) expect(theta).toEqual(plain.marks[step]!.theta);
    }
  });
  test('a window of 1 is the sequence at any threshold', () => {
    const plain = outcome(t, adam, sds, {}, toy4);
    const one = outcome(t, move({ optimiser: 'adam', threshold: 1, keep: 0.5 }), sds, {}, toy4);
    expect(one.theta).toEqual(plain.theta);
    expect(one.passes).toBe(200);
  });
  test.each([
    [4, 81, 321],
    [7, 51, 354],
    [15, 28, 404],
  ])('Adam in a window of %i: %i passes, about %i evaluations', (window, passes, evaluations) => {
    const plain = outcome(t, adam, sds, {}, toy4);
    const wide = outcome(t, move({ optimiser: 'adam', window, threshold: 1e-6 }), sds, {}, toy4);
    expect(Math.abs(wide.passes - passes)).toBeLessThanOrEqual(1);
    expect(Math.abs(wide.evaluations - evaluations)).toBeLessThanOrEqual(window);
    expect(farthest(wide.theta, plain.theta)).toBeLessThan(2e-3);
  });
  test('a threshold that follows the errors needs fewer passes and is farther off', () => {
    const plain = outcome(t, adam, sds, {}, toy4);
    const [fixed, following] = [1, 0.9].map((keep) =>
      outcome(t, move({ optimiser: 'adam', window: 7, threshold: 1e-6, keep }), sds, {}, toy4),
    );
    expect(following!.passes).toBeLessThan(fixed!.passes - 5);
    expect(farthest(following!.theta, plain.theta)).toBeGreaterThan(farthest(fixed!.theta, plain.theta));
  });
});

test('randomness is that of the step’s number: levels are log-uniform between their ends', () => {
  const t = task({ seed: 5 });
  const levels = Array.from({ length: 4000 }, (_, k) => Math.log(levelOf(t, k) / 0.1) / Math.log(30));
  const mean = levels.reduce((a, b) => a + b) / 4000;
  expect(Math.min(...levels)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...levels)).toBeLessThan(1);
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  expect(levelOf(t, 7)).not.toBe(levelOf(task({ seed: 6 }), 7));
});

test('a weight of σ is a rate of that size', () => {
  const [level, rate] = [0.5, 0.02];
  const t = task({ start: start(4), steps: 20, low: level, high: level });
  const weighted = outcome(t, move({ rate, weight: 'sigma' }), sds, {}, toy4).theta;
  expect(farthest(weighted, outcome(t, move({ rate: rate * level }), sds, {}, toy4).theta)).toBeLessThan(1e-12);
});

test('who is asked: one in SDS and VSD, one or two in ISD, all of a window at once', () => {
  const first = (window: number) => {
    const running = distil(task({ reference: 2 }), move({ window }), isd, { variate: 'unconditional' });
    running.next();
    const { value } = running.next([]);
    return value?.op === 'ask' ? value.of.map(({ asked }) => asked) : [];
  };
  const two = [{ role: 'target', label: 2 }, { role: 'null' }];
  expect(first(1)).toEqual(two);
  expect(first(3)).toEqual([...two, ...two, ...two]);
  expect(isd.asks({ variate: 'z' }, 2)).toEqual([two[0]]);
});

describe('critics', () => {
  test('the Gaussian of few particles in many dimensions is that of its covariance', () => {
    const [n, dim] = [3, 5];
    const theta = normals(1, 1, n, dim);
    const x = normals(1, 2, 4, dim);
    const few = gaussianCritic(theta, dim)(x, 0.7);
    // Every particle twice, and once more twice: the same Gaussian, by the system of dim unknowns.
    const many = Float64Array.from([...theta, ...theta, ...theta, ...theta]);
    expect(farthest(few, gaussianCritic(many, dim)(x, 0.7))).toBeLessThan(1e-12);
    expect(farthest(few, x)).toBeGreaterThan(0.1);
  });
  test('of a round cloud both say what a Gaussian mixture of one says', () => {
    const theta = Float64Array.of(1, 0, -1, 0, 0, 1, 0, -1); // mean 0, covariance ½ I
    const x = Float64Array.of(0.3, -0.8);
    const scaled = (by: number) => x.map((v) => by * v);
    expect(farthest(gaussianCritic(theta, 2)(x, 2), scaled(0.5 / 4.5))).toBeLessThan(1e-14);
    const wide = empiricalCritic(Float64Array.of(0, 0), 2, 0.5)(x, 2);
    expect(farthest(wide, scaled(0.25 / 4.25))).toBeLessThan(1e-14);
  });
});

test('spreads, of all and within modes, and shares, by hand', () => {
  const theta = Float64Array.of(1, 0, 3, 0, -1, 0, -3, 0);
  expect(spread(theta, 2)).toBeCloseTo(Math.sqrt(20 / 8), 14);
  expect(spreadWithin(theta, 2, [0, 0, 1, 1])).toBeCloseTo(Math.sqrt(4 / 8), 14);
  expect(sharesOf([0, 0, 2, -1], 3)).toEqual([0.5, 0, 0.25]);
});
