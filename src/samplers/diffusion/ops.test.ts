// The parts that plans are made of, each by hand.
import { describe, expect, test } from 'vitest';
import { brownianIncrement } from '../../math/brownian.ts';
import { adamsWeights, equalStepWeights, ring, slope } from './parts/multistep.ts';
import { combine, denoise, eulerStep, mark, noise, plainDraw, start, steps } from './parts/ops.ts';
import { ancestralNoise, ancestralSplit, drawsNoise, sdeNoise } from './parts/stochastic.ts';

describe('instructions', () => {
  test('an evaluation goes from the state to d, a mark shows d, unless told otherwise', () => {
    expect(denoise(3)).toEqual({ op: 'eval', x: 'x', sigma: 3, out: 'd' });
    expect(denoise(3, 'e', 'y')).toEqual({ op: 'eval', x: 'y', sigma: 3, out: 'e' });
    expect(mark(2, 0.5)).toEqual({ op: 'mark', step: 2, sigma: 0.5, x: 'x', denoised: 'd' });
    expect(mark(2, 0.5, 'e')).toEqual({ op: 'mark', step: 2, sigma: 0.5, x: 'x', denoised: 'e' });
    expect(start([7, 3])).toEqual({ op: 'mark', step: 0, sigma: 7, x: 'x' });
    expect(noise([[1, 9]])).toEqual({ op: 'noise', out: 'noise', draws: [[1, 9]] });
  });
  test('terms with coefficient 0 are left out, but never all of them', () => {
    const terms = (list: [number, string][]) => combine('y', list);
    expect(
      terms([
        [0, 'x'],
        [-2, 'd'],
        [0, 'e'],
        [1, 'n'],
      ]),
    ).toEqual({
      op: 'lincomb',
      out: 'y',
      terms: [
        [-2, 'd'],
        [1, 'n'],
      ],
    });
    expect(
      terms([
        [0, 'x'],
        [0, 'd'],
      ]),
    ).toEqual({ op: 'lincomb', out: 'y', terms: [[0, 'x']] });
  });
  test('the smallest coefficient stays', () => {
    expect(
      combine('y', [
        [1, 'x'],
        [-1e-300, 'd'],
      ]),
    ).toEqual({
      op: 'lincomb',
      out: 'y',
      terms: [
        [1, 'x'],
        [-1e-300, 'd'],
      ],
    });
  });
  test('plain draws: four a step, none of them the starting noise', () => {
    expect([0, 1, 2].map((step) => plainDraw(step))).toEqual([[[1, 1]], [[1, 5]], [[1, 9]]]);
    expect([0, 1, 2, 3].map((k) => plainDraw(2, k)[0]![1])).toEqual([9, 10, 11, 12]);
  });
  test('the steps of a schedule', () => {
    expect(steps([5, 2, 0])).toEqual([
      { i: 0, s: 5, t: 2 },
      { i: 1, s: 2, t: 0 },
    ]);
    expect(steps([5])).toEqual([]);
  });
  test('Euler’s step and the slope', () => {
    expect(eulerStep(4, 1)).toEqual({
      op: 'lincomb',
      out: 'x',
      terms: [
        [0.25, 'x'],
        [0.75, 'd'],
      ],
    });
    expect(eulerStep(4, 1, 'y', 'e', 'z')).toEqual({
      op: 'lincomb',
      out: 'y',
      terms: [
        [0.25, 'z'],
        [0.75, 'e'],
      ],
    });
    expect(eulerStep(4, 0)).toEqual({ op: 'lincomb', out: 'x', terms: [[1, 'd']] });
    expect(slope(4, 'v')).toEqual({
      op: 'lincomb',
      out: 'v',
      terms: [
        [0.25, 'x'],
        [-0.25, 'd'],
      ],
    });
    expect(slope(4, 'v', 'e', 'y')).toEqual({
      op: 'lincomb',
      out: 'v',
      terms: [
        [0.25, 'y'],
        [-0.25, 'e'],
      ],
    });
  });
});

describe('histories and their weights', () => {
  test('a ring of three registers, before the first step too', () => {
    expect([-4, -3, -2, -1, 0, 1, 2, 3, 4].map(ring('v', 3))).toEqual([
      'v2',
      'v0',
      'v1',
      'v2',
      'v0',
      'v1',
      'v2',
      'v0',
      'v1',
    ]);
  });
  test('equal steps: the table of Hairer, Nørsett & Wanner, and the weights of the polynomials on such a grid', () => {
    expect(equalStepWeights).toEqual([
      [1],
      [3 / 2, -1 / 2],
      [23 / 12, -16 / 12, 5 / 12],
      [55 / 24, -59 / 24, 37 / 24, -9 / 24],
    ]);
    const nodes = [3, 4, 5, 6]; // newest first; a step from 3 to 2 is −1 long
    equalStepWeights.forEach((weights, k) =>
      adamsWeights(nodes.slice(0, k + 1), 2, 'sigma').forEach((w, j) => expect(w).toBeCloseTo(-weights[j]!, 13)),
    );
  });
  test('two slopes in σ, log σ and σ²: the integral by hand', () => {
    const [s, p, t] = [2, 5, 0.5];
    // ∫ (f − f(p))/(f(s) − f(p)) dσ from s to t, with F a primitive of f
    const share = (f: (x: number) => number, F: (x: number) => number) =>
      (F(t) - F(s) - f(p) * (t - s)) / (f(s) - f(p));
    const cases = [
      ['sigma', (x: number) => x, (x: number) => (x * x) / 2],
      ['log', Math.log, (x: number) => x * Math.log(x) - x],
      [(x: number) => x * x, (x: number) => x * x, (x: number) => x ** 3 / 3],
    ] as const;
    for (const [clock, f, F] of cases) {
      const [now, before] = adamsWeights([s, p], t, clock);
      expect(now).toBeCloseTo(share(f, F), 13);
      expect(now! + before!).toBeCloseTo(t - s, 13);
    }
  });
});

describe('noise of a step', () => {
  test('the ancestral split: σ↓² + σ↑² = t², σ↑ = η·t·√(1 − t²/s²), at most t', () => {
    expect(ancestralSplit(5, 3, 0)).toEqual({ down: 3, up: 0 });
    const { down, up } = ancestralSplit(5, 3, 0.5);
    expect(up).toBeCloseTo(0.5 * 3 * 0.8, 14);
    expect(down).toBeCloseTo(Math.sqrt(9 - 1.44), 14);
    expect(ancestralSplit(5, 3, 1).down).toBeCloseTo(9 / 5, 14);
    expect(ancestralSplit(5, 3, 2)).toEqual({ down: 0, up: 3 }); // η·t·√… would be 4.8
    expect(ancestralSplit(5, 0, 1)).toEqual({ down: 0, up: 0 });
  });
  test('ancestral noise: scale σ↑·s_noise on the path with clock η²', () => {
    expect(ancestralNoise(5, 3, 1.2, { eta: 0.5, s_noise: 0.9 })).toEqual({
      ops: [noise(brownianIncrement(5, 3, 0.25))],
      terms: [[1.2 * 0.9, 'noise']],
    });
    expect(ancestralNoise(5, 3, 0, { eta: 0.5, s_noise: 0.9 })).toEqual({ ops: [], terms: [] });
    expect(ancestralNoise(5, 3, 1.2, { eta: 0.5, s_noise: 0 })).toEqual({ ops: [], terms: [] });
  });
  test('SDE noise: scale t·√(1 − (t/s)^2η)·s_noise on the path with clock η', () => {
    const { ops, terms } = sdeNoise(5, 3, { eta: 0.5, s_noise: 0.9 });
    expect(ops).toEqual([noise(brownianIncrement(5, 3, 0.5))]);
    expect(terms.map(([, reg]) => reg)).toEqual(['noise']);
    expect(terms[0]![0]).toBeCloseTo(0.9 * 3 * Math.sqrt(1 - 3 / 5), 14);
    expect(sdeNoise(5, 3, { eta: 0, s_noise: 0.9 })).toEqual({ ops: [], terms: [] });
    expect(sdeNoise(5, 3, { eta: 0.5, s_noise: 0 })).toEqual({ ops: [], terms: [] });
  });
  test('noise needs both η and a scale', () => {
    for (const [eta, s_noise, want] of [
      [0, 1, false],
      [1, 0, false],
      [0.1, 0.1, true],
    ] as const)
      expect(drawsNoise({ eta, s_noise })).toBe(want);
  });
});
