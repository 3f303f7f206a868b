import { expect, test } from 'vitest';
import { betaCdf, betaQuantile, logGamma } from './beta.ts';

test('log gamma at integers and half-integers', () => {
  for (const [x, g] of [
    [1, 1],
    [2, 1],
    [5, 24],
    [0.5, Math.sqrt(Math.PI)],
    [10.5, 1133278.3889487855],
    [0.1, 9.513507698668732],
  ])
    expect(logGamma(x!)).toBeCloseTo(Math.log(g!), 12);
});

test('closed forms: Beta(1, 1) is uniform, Beta(½, ½) is the arcsine law, Beta(a, 1) is a power', () => {
  for (const p of [1e-9, 0.001, 0.2, 0.5, 0.7, 0.999]) {
    expect(betaQuantile(p, 1, 1)).toBeCloseTo(p, 14);
    expect(betaQuantile(p, 0.5, 0.5) / Math.sin((Math.PI * p) / 2) ** 2).toBeCloseTo(1, 12);
    expect(betaQuantile(p, 3, 1) / p ** (1 / 3)).toBeCloseTo(1, 12);
  }
});

test('quantile inverts the distribution function, up to both ends', () => {
  for (const [a, b] of [
    [0.6, 0.6],
    [0.3, 5],
    [5, 0.3],
    [4, 2],
  ] as const)
    for (let i = 0; i <= 50; i++) expect(betaCdf(betaQuantile(i / 50, a, b), a, b)).toBeCloseTo(i / 50, 11);
});

test('known values of scipy.stats.beta.ppf', () => {
  const p = [0.001, 0.1, 0.25, 0.9];
  for (const [a, b, want] of [
    [0.6, 0.6, [1.855873851745199e-5, 0.03958440558878085, 0.17568037865269498, 0.9604155944112192]],
    [0.3, 5, [1.496897948269007e-11, 6.949470607035183e-5, 0.0014801383770823983, 0.17281514580668472]],
  ] as const)
    want.forEach((w, i) => expect(betaQuantile(p[i]!, a, b) / w).toBeCloseTo(1, 11));
});
