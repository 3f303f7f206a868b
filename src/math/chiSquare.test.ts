import { expect, test } from 'vitest';
import {
  chiSquareQuantile,
  chiSquareSurvival,
  detectableBias,
  gTest,
  noncentralSurvival,
  upperGamma,
} from './chiSquare.ts';
import { uniforms } from './uniform.ts';

const close = (got: number, want: number, relative: number) =>
  expect(Math.abs(got / want - 1), `${got} for ${want}`).toBeLessThan(relative);

test('χ² survival: values of scipy.stats.chi2.sf, both branches, far into the tail', () => {
  for (const [x, k, want] of [
    [0.5, 1, 0.47950012218695337],
    [3.84, 1, 0.05004352124870519],
    [10, 5, 0.07523524614651217],
    [20, 10, 0.029252688076961124],
    [150, 100, 0.0009039320423540184],
    [0.001, 3, 0.9999915920809419],
    [400, 300, 9.678621994933555e-5],
    [60, 3, 5.878230727906921e-13],
  ] as const)
    close(chiSquareSurvival(x, k), want, 1e-11);
  expect(chiSquareSurvival(0, 3)).toBe(1);
  expect(chiSquareSurvival(Infinity, 3)).toBe(0);
  close(chiSquareSurvival(7, 2), Math.exp(-3.5), 1e-13); // two degrees: an exponential
  close(upperGamma(1, 0.3), Math.exp(-0.3), 1e-13);
});

test('χ² quantiles: values of scipy.stats.chi2.isf', () => {
  for (const [p, k, want] of [
    [0.05, 1, 3.8414588206941285],
    [0.001, 3, 16.26623619623813],
    [1e-6, 7, 40.521831234179864],
    [0.01, 199, 248.32859572006595],
    [0.5, 4, 3.3566939800333224],
  ] as const)
    close(chiSquareQuantile(p, k), want, 1e-10);
});

test('non-central χ²: values of scipy.stats.ncx2.sf', () => {
  for (const [x, k, l, want] of [
    [7.8147, 3, 10.9, 0.7998986324844882],
    [3.8415, 1, 7.849, 0.8000040284104697],
    [124.34, 100, 30, 0.6088763967817166],
    [30, 10, 0.5, 0.0014383141364434381],
  ] as const)
    close(noncentralSurvival(x, k, l), want, 1e-9);
});

test('G by hand: 60 and 40 of a fair coin', () => {
  const { g, degrees, p } = gTest([60, 40], [0.5, 0.5]);
  close(g, 2 * (60 * Math.log(1.2) + 40 * Math.log(0.8)), 1e-13);
  expect(degrees).toBe(1);
  close(p, chiSquareSurvival(g, 1), 1e-15);
});

test('G pools small cells, refuses the impossible, and has nothing to say of one cell', () => {
  expect(gTest([50, 46, 3, 1], [0.5, 0.46, 0.03, 0.01])).toMatchObject({ degrees: 1 }); // 3 + 1 < 5: joined to the 46
  expect(gTest([50, 40, 4, 6], [0.5, 0.4, 0.04, 0.06])).toMatchObject({ degrees: 2 }); // the 4 joins the 6
  expect(gTest([50, 50, 1], [0.5, 0.5, 0])).toEqual({ g: Infinity, degrees: 1, p: 0 });
  expect(gTest([7, 0], [1, 0])).toEqual({ g: 0, degrees: 0, p: 1 });
  expect(() => gTest([1], [0.5, 0.5])).toThrow('1 counts for 2');
});

test('the level is the level and the promised power is had: 400 tests of 2000 draws', () => {
  const fair = [0.4, 0.3, 0.2, 0.1];
  const n = 2000;
  const repeats = 400;
  const t = detectableBias(n, 3, 0.05);
  // The least visible bias of this size is δ ∝ p, against which Cauchy–Schwarz is tight: half the mass up, half down.
  const biased = [0.4 + 2 * t * 0.4, 0.3 - 2 * t * 0.3, 0.2 - 2 * t * 0.2, 0.1 + 2 * t * 0.1];
  const rejected = (truth: readonly number[], draw: number) =>
    Array.from({ length: repeats }, (_, r) => {
      const counts = [0, 0, 0, 0];
      for (const u of uniforms(11, draw + r, n)) {
        let i = 0;
        for (let sum = truth[0]!; i < 3 && sum <= u; sum += truth[++i]!);
        counts[i]!++;
      }
      return gTest(counts, fair).p < 0.05 ? 1 : 0;
    }).reduce<number>((a, b) => a + b, 0) / repeats;
  expect(Math.abs(rejected(fair, 0) - 0.05)).toBeLessThan(0.04); // binomial standard deviation 0.011
  expect(Math.abs(rejected(biased, 1000) - 0.8)).toBeLessThan(0.07); // 0.02
});
