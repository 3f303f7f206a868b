// Special functions and small linear algebra at their ends, on signs and sides that a symmetric case does not show; the
// tables that kernels are told sizes by.
import { describe, expect, test } from 'vitest';
import { betaCdf, betaQuantile, logGamma } from './beta.ts';
import {
  chiSquareQuantile,
  chiSquareSurvival,
  detectableBias,
  gTest,
  noncentralSurvival,
  upperGamma,
} from './chiSquare.ts';
import { symmetricEigen } from './eigen.ts';
import { phi } from './expIntegral.ts';
import { frechetDistance, moments } from './frechet.ts';
import { isFamily, isVersionOf, kernelVersions, needsOf } from '../core/kernelVersions.ts';
import { integrate } from './quadrature.ts';
import { ropeTurns } from './rope.ts';
import { solve } from './solve.ts';
import { columnsMultiple, INT4_GROUP, weightBytes, weightFormats } from '../core/weightFormat.ts';

describe('beta and gamma', () => {
  test('outside their range they are 0 and 1', () => {
    expect([-1, 0, 1, 2].map((x) => betaCdf(x, 2, 3))).toEqual([0, 0, 1, 1]);
    expect([-1, 0, 1, 2].map((p) => betaQuantile(p, 2, 3))).toEqual([0, 0, 1, 1]);
    expect([-1, 0, Infinity].map((x) => upperGamma(2, x))).toEqual([1, 1, 0]);
    expect([-1, 0].map((x) => chiSquareSurvival(x, 3))).toEqual([1, 1]);
  });
  test('log gamma on both sides of its reflection', () => {
    for (const [x, g] of [
      [0.25, 3.625609908221908],
      [0.49, 1.808051288923893],
      [0.51, 1.7384150684638637],
      [0.75, 1.2254167024651776],
      [1.5, Math.sqrt(Math.PI) / 2],
    ])
      expect(Math.exp(logGamma(x!)) / g!).toBeCloseTo(1, 13);
  });
  test('Beta(2, 3) by its polynomial, on both sides of the switch, and back', () => {
    const cdf = (x: number) => 6 * x ** 2 - 8 * x ** 3 + 3 * x ** 4;
    for (const x of [0.01, 0.2, 0.4, 0.428, 0.43, 0.6, 0.99]) {
      expect(betaCdf(x, 2, 3)).toBeCloseTo(cdf(x), 13);
      expect(betaCdf(x, 3, 2)).toBeCloseTo(1 - cdf(1 - x), 13);
      expect(betaQuantile(cdf(x), 2, 3)).toBeCloseTo(x, 11);
    }
  });
});

describe('the G-test', () => {
  const g = (cells: readonly (readonly [number, number])[]) =>
    2 * cells.reduce((s, [o, e]) => s + (o > 0 ? o * Math.log(o / e) : 0), 0);
  test.each<[string, number[], number[], [number, number][]]>([
    [
      'two small cells join the smallest other',
      [52, 41, 5, 2],
      [0.5, 0.46, 0.03, 0.01],
      [
        [52, 50],
        [48, 50],
      ],
    ],
    [
      'whichever place it has',
      [41, 52, 5, 2],
      [0.46, 0.5, 0.03, 0.01],
      [
        [48, 50],
        [52, 50],
      ],
    ],
    [
      'together exactly 5 they are a cell',
      [52, 41, 6, 1],
      [0.5, 0.45, 0.03, 0.02],
      [
        [52, 50],
        [41, 45],
        [7, 5],
      ],
    ],
    [
      'a cell of exactly 5 is one',
      [50, 42, 8],
      [0.5, 0.45, 0.05],
      [
        [50, 50],
        [42, 45],
        [8, 5],
      ],
    ],
    [
      'just below 5 it is pooled',
      [50, 42, 8],
      [0.5, 0.4501, 0.0499],
      [
        [50, 50],
        [50, 50],
      ],
    ],
    [
      'a cell without a count',
      [60, 40, 0],
      [0.5, 0.3, 0.2],
      [
        [60, 50],
        [40, 30],
        [0, 20],
      ],
    ],
    [
      'a cell without probability and without a count',
      [60, 40, 0],
      [0.5, 0.5, 0],
      [
        [60, 50],
        [40, 50],
      ],
    ],
  ])('%s', (_, counts, probabilities, cells) => {
    const got = gTest(counts, probabilities);
    expect(got.degrees).toBe(cells.length - 1);
    expect(got.g).toBeCloseTo(g(cells), 9);
    expect(got.p).toBeCloseTo(chiSquareSurvival(g(cells), cells.length - 1), 12);
  });
  test('with one cell there is nothing to test', () => {
    expect(gTest([1, 2], [0.5, 0.5])).toEqual({ g: 0, degrees: 0, p: 1 });
    expect(gTest([9], [1])).toEqual({ g: 0, degrees: 0, p: 1 });
    expect(detectableBias(100, 0, 0.05)).toBe(0);
    expect(() => gTest([1, 2], [1])).toThrow('2 counts for 1 probabilities');
  });
  test('the bias that is found has the promised power, and is what tables of λ say', () => {
    // λ for level 0.05 and power 0.8: 7.849 on one degree of freedom, 10.903 on three (Cohen 1988).
    expect(detectableBias(100, 1, 0.05)).toBeCloseTo(Math.sqrt(7.8489 / 100) / 2, 5);
    expect(detectableBias(2000, 3, 0.05)).toBeCloseTo(Math.sqrt(10.9026 / 2000) / 2, 5);
    for (const [n, k, alpha, power] of [
      [500, 1, 0.05, 0.9],
      [20000, 40, 0.001, 0.8],
      [10, 2, 0.2, 0.3],
    ] as const) {
      const lambda = n * (2 * detectableBias(n, k, alpha, power)) ** 2;
      expect(noncentralSurvival(chiSquareQuantile(alpha, k), k, lambda)).toBeCloseTo(power, 9);
    }
    expect(noncentralSurvival(3, 2, 0)).toBe(chiSquareSurvival(3, 2));
    expect(chiSquareQuantile(1e-12, 1)).toBeCloseTo(50.844, 2); // far beyond degrees + 10
  });
});

describe('small linear algebra', () => {
  test('eigenvalues with negative entries only', () => {
    const { values, vectors } = symmetricEigen([-2, -1, -1, -2], 2);
    expect([...values]).toEqual([expect.closeTo(-3, 14), expect.closeTo(-1, 14)]);
    expect(vectors[0]! * vectors[1]!).toBeCloseTo(0.5, 14);
    expect(vectors[2]! * vectors[3]!).toBeCloseTo(-0.5, 14);
    expect([...symmetricEigen([7], 1).values]).toEqual([7]);
    expect([...symmetricEigen([0, 0, -5, 0, 0, 0, -5, 0, 0], 3).values]).toEqual(
      [-5, 0, 5].map((v) => expect.closeTo(v, 14)),
    );
  });
  test('moments: of one point no spread, of two their own; covariances with their sign on both sides', () => {
    expect(moments([3, 4], 1, 2)).toEqual({ n: 1, mean: Float64Array.of(3, 4), covariance: new Float64Array(4) });
    expect([...moments([0, 0, 2, -4], 2, 2).covariance]).toEqual([2, -4, -4, 8]);
    expect([...moments([0, 1, 5, 2, 1, 8, 4, 1, 2], 3, 3).covariance]).toEqual([4, 0, -3, 0, 0, 0, -3, 0, 9]);
  });
  test('Fréchet distance of means on both sides of 0, and of rank one', () => {
    const of = (mean: number[], covariance: number[]) => ({
      mean: Float64Array.from(mean),
      covariance: Float64Array.from(covariance),
    });
    expect(frechetDistance(of([1, -2], [1, 0, 0, 1]), of([4, 2], [1, 0, 0, 1]))).toBeCloseTo(25, 12);
    // (1, 1)(1, 1)ᵀ and (1, −1)(1, −1)ᵀ are orthogonal: tr C₁ + tr C₂.
    expect(frechetDistance(of([0, 0], [1, 1, 1, 1]), of([0, 0], [1, -1, -1, 1]))).toBeCloseTo(4, 7);
    expect(frechetDistance(of([0, 0], [1, 1, 1, 1]), of([0, 0], [4, 4, 4, 4]))).toBeCloseTo(2 + 8 - 8, 7);
  });
  test('elimination takes the largest pivot by size, whatever its sign', () => {
    const [x, y] = solve(
      [
        [1e-20, 1],
        [-1, 1],
      ],
      [1, 2],
    );
    expect([x, y]).toEqual([expect.closeTo(-1, 14), expect.closeTo(1, 14)]);
    const [a, b, c] = solve(
      [
        [2, 1, -1],
        [-3, -1, 2],
        [-2, 1, 2],
      ],
      [8, -11, -3],
    );
    expect([a, b, c]).toEqual([2, 3, -1].map((v) => expect.closeTo(v, 13)));
    const right = [1, 2];
    solve(
      [
        [1, 0],
        [0, 1],
      ],
      right,
    );
    expect(right).toEqual([1, 2]);
  });
  test('sixteen points: exact to degree 31, and for 32 off by the known amount; an odd integrand keeps its side', () => {
    // 2³³ (16!)⁴ / (33 (32!)²): the error term of Gauss and Legendre.
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    const error = (2 ** 33 / 33) * (factorial(16) ** 2 / factorial(32)) ** 2;
    expect((2 / 33 - integrate((x) => x ** 32, -1, 1)) / error).toBeCloseTo(1, 3);
    expect(integrate((x) => x ** 3 - x, 0, 2)).toBeCloseTo(2, 13);
    expect(integrate((x) => x, 1, 3, 5)).toBeCloseTo(4, 13);
  });
  test('φ at the switch to its series, from both sides', () => {
    for (const z of [1, -1, 1 - 1e-12, -1 + 1e-12]) {
      expect(phi(1, z)).toBeCloseTo(Math.expm1(z) / z, 11);
      expect(phi(2, z)).toBeCloseTo((Math.expm1(z) / z - 1) / z, 11);
    }
    expect([phi(1, 0), phi(2, 0), phi(3, 0), phi(5, 0)]).toEqual(
      [1, 1 / 2, 1 / 6, 1 / 120].map((v) => expect.closeTo(v, 15)),
    );
  });
});

describe('what kernels are told', () => {
  test('turns a token in 44 bits: the high word, the low twelve, and a full turn is none', () => {
    const turns = (...f: number[]) => [...ropeTurns(f)];
    const tau = 2 * Math.PI;
    expect(turns(0, Math.PI, tau / 4, tau / 2 ** 44)).toEqual([0, 0, 2 ** 31, 0, 2 ** 30, 0, 0, 1]);
    expect(turns(tau, tau * 1.5, tau * (1 - 2 ** -46))).toEqual([0, 0, 2 ** 31, 0, 0, 0]);
    expect(turns((tau * 4095) / 2 ** 44, (tau * 4096) / 2 ** 44)).toEqual([0, 4095, 1, 0]);
    for (const f of [1, 0.01, 1e-7, 100]) {
      const [high, low] = turns(f);
      expect(high! * 4096 + low!).toBe(Math.round(((f / tau) % 1) * 2 ** 44));
    }
    for (const f of [-1e-9, NaN, Infinity]) expect(() => ropeTurns([1, f])).toThrow('inverse frequency 1');
    expect(ropeTurns([])).toHaveLength(0);
  });
  test('bytes of a matrix in each format, and the columns that a row must fill', () => {
    expect(weightFormats).toEqual(['f32', 'f16', 'int8', 'int4']);
    expect(INT4_GROUP).toBe(32);
    expect(weightFormats.map((f) => weightBytes(f, 3, 64))).toEqual([
      { data: 768, scales: 0 },
      { data: 384, scales: 0 },
      { data: 192, scales: 12 },
      { data: 96, scales: 12 }, // six groups: three words of two scales
    ]);
    expect(weightBytes('int4', 5, 32)).toEqual({ data: 80, scales: 12 }); // five groups: three words
    expect(weightFormats.map(columnsMultiple)).toEqual([8, 8, 8, 32]);
  });
  test('versions and what they need', () => {
    expect(needsOf('matmul', '1.naive')).toEqual([]);
    expect(needsOf('matmul', '4.subgroup')).toEqual(['subgroups']);
    expect(needsOf('softmax', '3.subgroup')).toEqual(['subgroups', 'subgroup_id']);
    expect(needsOf('linear_matmul', '5.octet')).toEqual(['subgroups', 'subgroup_id', 'subgroups-of-8']);
    expect(needsOf('matmul', '10.matrix')).toEqual([
      'subgroups',
      'subgroup_id',
      'chromium-experimental-subgroup-matrix',
      'subgroup-matrix-f32-8x8x8',
    ]);
    expect(needsOf('topk', '9.none')).toEqual([]);
    expect([isFamily('topk'), isFamily('toString'), isFamily('')]).toEqual([true, false, false]);
    expect([isVersionOf('topk', '2.lanes'), isVersionOf('topk', 'toString'), isVersionOf('topk', undefined)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(Object.fromEntries(Object.entries(kernelVersions).map(([f, v]) => [f, Object.keys(v).length]))).toEqual({
      matmul: 11,
      linear_matmul: 5,
      conv2d: 6,
      row_dots: 7,
      attention: 5,
      attention_prefill: 6,
      attention_decode: 2,
      cross_attention: 3,
      softmax: 3,
      layernorm: 3,
      group_combine: 2,
      residual_norm: 3,
      embed_norm: 2,
      topk: 2,
      rope_append: 2,
      empirical_denoiser: 2,
    });
  });
});
