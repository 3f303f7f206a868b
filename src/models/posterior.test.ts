import { expect, test } from 'vitest';
import { mixtures } from './definitions.ts';
import { empiricalDenoiser } from './empirical.ts';
import { mixture, mixtureDenoiser } from './mixture.ts';
import { maskedLikelihood, mixturePosterior, reweightedDenoiser } from './posterior.ts';

const x = Float64Array.of(0.4, -1.1, 1.3, 0.2);
const values = Float64Array.of(1.2, 0, -1.4, 0);

test('with nothing seen the posterior is the denoiser itself', () => {
  const seen = Float64Array.of(0, 0);
  const m = mixtures.unbalanced();
  const want = mixtureDenoiser(m)(x, 0.7);
  mixturePosterior(m, { seen, values, noise: 0.3 })(x, 0.7).forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 13));
  const points = { n: 3, dim: 2, data: Float64Array.of(0, 0, 1, 1, -1, 0.5) };
  const plain = empiricalDenoiser(points)(x, 0.7);
  const weights = maskedLikelihood(points, { seen, values, noise: 0.3 });
  reweightedDenoiser(points, weights)(x, 0.7).forEach((v, i) => expect(v).toBeCloseTo(plain[i]!, 13));
});

test('one Gaussian: three precisions add up in the seen coordinate', () => {
  const m = mixture(2, [{ weight: 1, mean: [0.5, -0.5], std: 0.8 }]);
  const [sigma, noise] = [0.6, 0.3];
  const got = mixturePosterior(m, { seen: Float64Array.of(1, 0), values, noise })(x, sigma);
  const [a, b, c] = [1 / 0.64, 1 / 0.36, 1 / 0.09];
  expect(got[0]).toBeCloseTo((a * 0.5 + b * 0.4 + c * 1.2) / (a + b + c), 13);
  expect(got[1]).toBeCloseTo((a * -0.5 + b * -1.1) / (a + b), 13);
});

test('a mixture of narrow Gaussians and the set of their centres agree, whatever was seen', () => {
  const centres = [0.2, 0.1, -0.9, 0.8, 1.1, -1];
  const m = mixture(
    2,
    [0, 1, 2].map((k) => ({ weight: 1, mean: centres.slice(2 * k, 2 * k + 2), std: 1e-6 })),
  );
  const points = { n: 3, dim: 2, data: Float64Array.from(centres) };
  const measured = { seen: Float64Array.of(1, 0), values, noise: 0.5 };
  const got = reweightedDenoiser(points, maskedLikelihood(points, measured))(x, 0.9);
  mixturePosterior(m, measured)(x, 0.9).forEach((v, i) => expect(v).toBeCloseTo(got[i]!, 9));
});

test('what was seen exactly comes back, and the component that explains it', () => {
  const m = mixtures.grid4();
  const got = mixturePosterior(m, { seen: Float64Array.of(1, 0), values: Float64Array.of(1.5, 0), noise: 1e-4 })(
    Float64Array.of(-8, 0.6),
    20,
  );
  expect(got[0]).toBeCloseTo(1.5, 4);
});
