// Denoisers that know a measurement too: E[x₀ | x₀ + σz = x, y]. In closed form where x₀ is a mixture or one of a set.
import type { Mixture } from './mixture.ts';
import type { Batch, Denoiser } from './types.ts';

/** y = x₀ + noise·z where a number was seen (1); every sample has the same numbers seen. */
export interface MaskedMeasurement {
  readonly seen: Float64Array;
  readonly values: Float64Array;
  readonly noise: number;
}

/**
 * A seen number is observed twice: in x with σ and in y with its own noise, which is one observation with the precisions
 * added. So each coordinate has a level of its own, and the mixture is denoised at those.
 */
export function mixturePosterior(m: Mixture, { seen, values, noise }: MaskedMeasurement): Denoiser {
  const { dim } = m;
  const terms = new Float64Array(m.weights.length);
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    const own = 1 / (sigma * sigma);
    const precision = Float64Array.from(seen, (s) => own + (s > 0 ? 1 / noise ** 2 : 0));
    for (let at = 0; at < x.length; at += dim) {
      const observed = Float64Array.from(seen, (s, j) =>
        s > 0 ? (own * x[at + j]! + values[at + j]! / noise ** 2) / precision[j]! : x[at + j]!,
      );
      let largest = -Infinity;
      for (let k = 0; k < terms.length; k++) {
        let log = Math.log(m.weights[k]!);
        for (let j = 0; j < dim; j++) {
          const variance = m.stds[k]! ** 2 + 1 / precision[j]!;
          log -= (Math.log(variance) + (observed[j]! - m.means[k * dim + j]!) ** 2 / variance) / 2;
        }
        terms[k] = log;
        largest = Math.max(largest, log);
      }
      let total = 0;
      for (let k = 0; k < terms.length; k++) total += terms[k] = Math.exp(terms[k]! - largest);
      for (let k = 0; k < terms.length; k++)
        for (let j = 0; j < dim; j++) {
          const mean = m.means[k * dim + j]!;
          const kept = m.stds[k]! ** 2 / (m.stds[k]! ** 2 + 1 / precision[j]!);
          out[at + j]! += (terms[k]! / total) * (mean + kept * (observed[j]! - mean));
        }
    }
    return out;
  };
}

/** log p(yᵢ | pointₖ) up to a constant of each row, row-major [samples, points]. */
export function maskedLikelihood(points: Batch, { seen, values, noise }: MaskedMeasurement): Float64Array {
  const { n, dim, data } = points;
  const samples = values.length / dim;
  const out = new Float64Array(samples * n);
  for (let i = 0; i < samples; i++)
    for (let k = 0; k < n; k++) {
      let squared = 0;
      for (let j = 0; j < dim; j++) if (seen[j]! > 0) squared += (values[i * dim + j]! - data[k * dim + j]!) ** 2;
      out[i * n + k] = -squared / (2 * noise * noise);
    }
  return out;
}

/** A set of points, each weighted by how well it explains what was measured of a sample. */
export function reweightedDenoiser({ n, dim, data }: Batch, logWeights: Float64Array): Denoiser {
  const terms = new Float64Array(n);
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    for (let i = 0, at = 0; at < x.length; i++, at += dim) {
      let largest = -Infinity;
      for (let k = 0; k < n; k++) {
        let squared = 0;
        for (let j = 0; j < dim; j++) squared += (x[at + j]! - data[k * dim + j]!) ** 2;
        terms[k] = logWeights[i * n + k]! - squared / (2 * sigma * sigma);
        largest = Math.max(largest, terms[k]!);
      }
      let total = 0;
      for (let k = 0; k < n; k++) {
        const weight = Math.exp(terms[k]! - largest);
        if (weight === 0) continue;
        total += weight;
        for (let j = 0; j < dim; j++) out[at + j]! += weight * data[k * dim + j]!;
      }
      for (let j = 0; j < dim; j++) out[at + j]! /= total;
    }
    return out;
  };
}
