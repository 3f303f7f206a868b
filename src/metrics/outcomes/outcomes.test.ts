import { describe, expect, test } from 'vitest';
import { betaQuantile } from '../../math/beta.ts';
import { tokenUniform } from '../../math/tokenUniform.ts';
import { passCurve } from '../text/passAtK.ts';
import { betaCoverage, fitBeta, fitPower, powerCoverage, tailConstant, type Tally } from './coverage.ts';
import { expectedTokens } from './expectedTokens.ts';
import { answered, bestTries, payoff } from './imperfect.ts';
import { bestMix, mixCoverage } from './mixture.ts';
import { quantile, resample, resampledBands } from './resample.ts';

const POWERS = Array.from({ length: 11 }, (_, i) => 2 ** i);

/** Tallies of problems whose rates are evenly spread quantiles of Beta(a, b), answers drawn by keyed uniforms. */
const drawn = (a: number, b: number, problems: number, asked: number): Tally[] =>
  Array.from({ length: problems }, (_, i) => {
    const p = betaQuantile((i + 0.5) / problems, a, b);
    return {
      asked,
      right: Array.from({ length: asked }, (_, k) => tokenUniform(5, i, k, 'draw') < p).filter(Boolean).length,
    };
  });

describe('coverage of rates that are Beta', () => {
  test.each([
    [0.5, 1.5, [0.25, 0.507812, 0.728332, 0.860311, 0.929648]],
    [0.3, 0.7, [0.3, 0.504663, 0.666855, 0.779128, 0.8541]],
  ])('(%f, %f) at k = 1, 4, 16, 64, 256', (a, b, want) => {
    [1, 4, 16, 64, 256].forEach((k, i) => expect(betaCoverage(a, b, k)).toBeCloseTo(want[i]!, 5));
    // Both ways of computing it agree where they meet.
    expect(betaCoverage(a, b, 65)).toBeCloseTo(1 - (1 - betaCoverage(a, b, 64)) * ((b + 64) / (a + b + 64)), 12);
    expect((1 - betaCoverage(a, b, 1e8)) * 1e8 ** a).toBeCloseTo(tailConstant(a, b), 5);
  });
  test('the constant of its tail', () => expect(tailConstant(0.5, 1.5)).toBeCloseTo(1.12838, 5));
});

describe('the fit of a and b', () => {
  test('finds them again from 400 problems of 64 answers, to a tenth; and is a summit', () => {
    for (const [a, b] of [
      [0.5, 1.5],
      [0.64, 0.436],
      [3, 2],
    ] as const) {
      const tallies = drawn(a, b, 400, 64);
      const fit = fitBeta(tallies)!;
      expect(Math.abs(fit.a / a - 1)).toBeLessThan(0.1);
      expect(Math.abs(fit.b / b - 1)).toBeLessThan(0.1);
      const likelihood = (x: number, y: number) =>
        tallies.reduce((sum, { asked, right }) => {
          for (let j = 0; j < right; j++) sum += Math.log(x + j);
          for (let j = 0; j < asked - right; j++) sum += Math.log(y + j);
          for (let j = 0; j < asked; j++) sum -= Math.log(x + y + j);
          return sum;
        }, 0);
      const top = likelihood(fit.a, fit.b);
      for (const [s, t] of [
        [1.001, 1],
        [0.999, 1],
        [1, 1.001],
        [1, 0.999],
      ] as const)
        expect(likelihood(fit.a * s, fit.b * t)).toBeLessThan(top);
      // Its curve is that of the unbiased estimate, within the noise of 400 problems.
      const curve = passCurve(
        64,
        tallies.map((t) => t.right),
      );
      for (const k of [1, 8, 64]) expect(Math.abs(betaCoverage(fit.a, fit.b, k) - curve[k - 1]!)).toBeLessThan(0.02);
    }
  });
  test('of answers that are all wrong or all right there is none; of one rate it is at its end', () => {
    expect(fitBeta([{ asked: 8, right: 0 }])).toBeNull();
    expect(fitBeta([{ asked: 8, right: 8 }])).toBeNull();
    expect(fitBeta([])).toBeNull();
    const { a, b } = fitBeta(Array.from({ length: 50 }, () => ({ asked: 20, right: 5 })))!;
    expect(a / (a + b)).toBeCloseTo(0.25, 2);
    expect(a + b).toBeGreaterThan(1000);
  });
});

describe('the power law', () => {
  test('through Beta(½, 3/2) and Beta(0.3, 0.7) at k = 1 … 1024', () => {
    for (const [a, b, A, B, off] of [
      [0.5, 1.5, -1.3956, -0.5286, 0.0055],
      [0.3, 0.7, null, -0.38, 0.0155],
    ] as const) {
      const fit = fitPower(POWERS.map((k) => ({ k, coverage: betaCoverage(a, b, k) })))!;
      if (A !== null) expect(fit.A).toBeCloseTo(A, 4);
      expect(fit.B).toBeCloseTo(B, 3);
      const errors = POWERS.map((k) => Math.abs(powerCoverage(fit, k) - betaCoverage(a, b, k)));
      expect(Math.max(...errors)).toBeLessThan(off);
      expect(Math.max(...errors)).toBeGreaterThan(off / 2);
    }
  });
  test('comes back from its own points; needs two that are neither 0 nor 1', () => {
    const own = { A: -0.9, B: -0.4 };
    const fit = fitPower([1, 3, 10, 40].map((k) => ({ k, coverage: powerCoverage(own, k) })))!;
    expect(fit.A).toBeCloseTo(own.A, 10);
    expect(fit.B).toBeCloseTo(own.B, 10);
    expect(
      fitPower([
        { k: 1, coverage: 0.5 },
        { k: 2, coverage: 1 },
      ]),
    ).toBeNull();
    expect(
      fitPower([
        { k: 1, coverage: 0 },
        { k: 1, coverage: 0.5 },
      ]),
    ).toBeNull();
  });
});

describe('a verifier that errs', () => {
  const one = [{ p: 0.3, weight: 1 }];
  const verifier = { t: 1, f: 0.1 };
  test('tries of one difficulty, and where they end', () => {
    for (const [tries, right, wrong] of [
      [1, 0.3, 0.07],
      [2, 0.489, 0.1141],
      [8, 0.79069, 0.184494],
    ] as const) {
      const got = answered(one, verifier, tries);
      expect(got.right).toBeCloseTo(right, 5);
      expect(got.wrong).toBeCloseTo(wrong, 6);
    }
    expect(answered(one, verifier, Infinity).right).toBeCloseTo(0.810811, 6);
    expect(answered([{ p: 0.64, weight: 1 }], { t: 1, f: 0.05 }, Infinity).right).toBeCloseTo(0.972644, 6);
    expect(answered(one, verifier, 0)).toEqual({ right: 0, wrong: 0 });
  });
  test('one difficulty has no best number of tries but none and ever more', () => {
    expect(bestTries(one, verifier, 1)).toBe(Infinity);
    expect(bestTries(one, verifier, 5)).toBe(0);
  });
  test('two have', () => {
    const two = [
      { p: 0.87, weight: 0.58 },
      { p: 0.13, weight: 0.42 },
    ];
    const weak = { t: 1, f: 0.25 };
    for (const [lambda, tries, value] of [
      [0.7, 3, 0.52457],
      [1, 2, 0.47238],
      [2, 1, 0.3388],
    ] as const) {
      expect(bestTries(two, weak, lambda)).toBe(tries);
      expect(payoff(two, weak, tries, lambda)).toBeCloseTo(value, 5);
    }
    [1, 2, 4, Infinity].forEach((k, i) =>
      expect(answered(two, weak, k).right).toBeCloseTo([0.5592, 0.64402, 0.6877, 0.71624][i]!, 5),
    );
  });
});

describe('a mix of settings', () => {
  const rates = [
    [0.9, 0, 0.1],
    [0, 0.9, 0.1],
    [0.05, 0.05, 0.3],
    [0.5, 0.1, 0.2],
  ];
  test.each([
    [4, [2, 1, 1], 0.780209, 0.530723],
    [8, [2, 1, 5], 0.929305, 0.728411],
    [16, [3, 2, 11], 0.993138, 0.899481],
  ])('of %i answers is %j, and beats the best single one', (answers, mix, value, single) => {
    const found = bestMix(rates, answers);
    expect(found).toEqual(mix);
    expect(mixCoverage(rates, found)).toBeCloseTo(value, 6);
    const alone = [0, 1, 2].map((s) =>
      mixCoverage(
        rates,
        [0, 1, 2].map((k) => (k === s ? answers : 0)),
      ),
    );
    expect(Math.max(...alone)).toBeCloseTo(single, 6);
  });
});

test('tokens until the first right answer: short answers at K = 8 against one long one', () => {
  expect(expectedTokens(1000, 0.3, 8)).toBeCloseTo(3141.17, 1);
  expect(expectedTokens(8000, 0.5, 1)).toBe(8000);
  expect(expectedTokens(10, 0, 5)).toBe(50);
});

describe('resampled problems', () => {
  test('are the same for the same seed, others for another, and all within range', () => {
    expect([...resample(50, 3, 7)]).toEqual([...resample(50, 3, 7)]);
    expect([...resample(50, 3, 7)]).not.toEqual([...resample(50, 4, 7)]);
    expect(Math.max(...resample(50, 3, 7))).toBeLessThan(50);
  });
  test('give a mean’s interval as its standard error does', () => {
    const values = Array.from({ length: 200 }, (_, i) => Number(tokenUniform(9, i, 0, 'draw') < 0.4));
    const p = values.reduce((a, b) => a + b, 0) / 200;
    const [band] = resampledBands(200, (chosen) => [chosen.reduce((sum, i) => sum + values[i]!, 0) / 200]);
    const half = 1.96 * Math.sqrt((p * (1 - p)) / 200);
    expect(Math.abs(band!.low - (p - half))).toBeLessThan(0.012);
    expect(Math.abs(band!.high - (p + half))).toBeLessThan(0.012);
  });
  test('quantiles lie between values as numpy has them', () => {
    expect(quantile([1, 2, 4, 8], 0.5)).toBe(3);
    expect(quantile([1, 2, 4, 8], 0.95)).toBeCloseTo(7.4, 12);
  });
});
