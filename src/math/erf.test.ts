import { expect, it } from 'vitest';
import { erf, normalQuantile } from './erf.ts';

// DLMF 7.2.1 to 17 digits, by mpmath (mp.dps = 30; mp.erf(x)).
const values = [
  [0.1, 0.1124629160182848922],
  [0.5, 0.5204998778130465377],
  [1, 0.8427007929497148693],
  [2.4, 0.9993114861033549192],
  [2.5, 0.9995930479825550411],
  [3, 0.9999779095030014146],
  [5, 0.9999999999984625402],
] as const;

it.each(values)('erf(%f) to the last digits, and odd', (x, expected) => {
  expect(Math.abs(erf(x) / expected - 1)).toBeLessThan(4e-16);
  expect(erf(-x)).toBe(-erf(x));
});

it('meets itself where the series ends and the fraction begins', () => {
  const step = 1e-9;
  const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-6.25);
  expect(Math.abs(erf(2.5 + step) - erf(2.5 - step) - 2 * step * slope)).toBeLessThan(4e-16);
});

it('has its limits', () => {
  expect([erf(0), erf(Infinity), erf(-Infinity), erf(1e-300)]).toEqual([0, 1, -1, 1e-300 * (2 / Math.sqrt(Math.PI))]);
  expect(erf(NaN)).toBeNaN();
});

// scipy.stats.norm.ppf, 17 digits.
it.each([
  [1e-4, -3.7190164854556804],
  [0.001, -3.090232306167813],
  [0.025, -1.959963984540054],
  [0.3, -0.5244005127080409],
  [0.5, 0],
  [0.9, 1.2815515655446004],
  [0.999, 3.090232306167813],
])('normalQuantile(%f) to 12 digits', (p, expected) => {
  expect(Math.abs(normalQuantile(p) - expected)).toBeLessThan(4e-12);
});

it('normalQuantile undoes the distribution function in its tails, and ends at ∓∞', () => {
  for (const p of [1e-10, 1e-7, 1 - 1e-7])
    expect(Math.abs(0.5 * (1 + erf(normalQuantile(p) / Math.SQRT2)) - p)).toBeLessThan(3e-16);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  expect(normalQuantile(-1)).toBeNaN();
});
