import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { Reader } from '../formats/json.ts';
import { normals } from '../math/normal.ts';
import { tableOf, type NoiseTable } from '../schedules/noiseTable.ts';
import { tableSigma, type TableId } from '../schedules/vpTable.ts';
import {
  denoiserOf,
  outputFor,
  parameterisationKinds,
  readParameterisation,
  scalarsAt,
  type Network,
  type Parameterisation,
} from './parameterisation.ts';

/** Data of one Gaussian, for which every network has a closed form. */
const mean = 0.7;
const variance = 0.45 ** 2;

/** E[x₀ | x] and E[ε | x] of x = α·x₀ + s·ε: the regression of jointly Gaussian numbers. */
function posterior(x: number, alpha: number, s: number) {
  const spread = alpha * alpha * variance + s * s;
  const off = (x - alpha * mean) / spread;
  return { clean: mean + alpha * variance * off, noise: s * off };
}

/**
 * What a perfectly trained network answers in its own coordinates, from what it is told alone. Each is written from the
 * paper's own definition of its target, not from our scalars.
 */
const preserved = (table: TableId | NoiseTable, time: number) => {
  const sigma = tableSigma(table, time);
  const alpha = 1 / Math.hypot(1, sigma);
  return { alpha, s: sigma * alpha };
};
const perfect: { [K in Parameterisation['kind']]: (p: Extract<Parameterisation, { kind: K }>) => Network } = {
  flow:
    ({ times = 1 }) =>
    (x, time) => {
      const t = time / times;
      return x.map((v) => {
        const { clean, noise } = posterior(v, 1 - t, t);
        return noise - clean;
      });
    },
  x0:
    ({ table }) =>
    (x, time) => {
      const { alpha, s } = preserved(table, time);
      return x.map((v) => posterior(v, alpha, s).clean);
    },
  eps:
    ({ table }) =>
    (x, time) => {
      const { alpha, s } = preserved(table, time);
      return x.map((v) => posterior(v, alpha, s).noise);
    },
  v:
    ({ table }) =>
    (x, time) => {
      const { alpha, s } = preserved(table, time);
      return x.map((v) => {
        const { clean, noise } = posterior(v, alpha, s);
        return alpha * noise - s * clean;
      });
    },
  // The effective target of EDM: (y − c_skip·(y + n))/c_out, with table 1 spelled out.
  edm:
    ({ sigmaData }) =>
    (x, noise) => {
      const sigma = Math.exp(4 * noise);
      const norm = Math.hypot(sigma, sigmaData);
      return x.map((v) => {
        const noisy = v * norm;
        const kept = (sigmaData / norm) ** 2 * noisy;
        return (posterior(noisy, 1, sigma).clean - kept) / ((sigma * sigmaData) / norm);
      });
    },
  // Appendix C of consistency models: f(y) = c_skip·y + c_out·F with c_skip = 1, c_out = 0 at the least level.
  consistency:
    ({ sigmaData, sigmaMin }) =>
    (x, noise) => {
      const sigma = Math.exp(noise / 250);
      const norm = Math.hypot(sigma, sigmaData);
      return x.map((v) => {
        const noisy = v * norm;
        const kept = (sigmaData ** 2 / ((sigma - sigmaMin) ** 2 + sigmaData ** 2)) * noisy;
        return (posterior(noisy, 1, sigma).clean - kept) / ((sigmaData * (sigma - sigmaMin)) / norm);
      });
    },
};
const perfectly = (p: Parameterisation): Network => (perfect[p.kind] as (p: Parameterisation) => Network)(p);

/** A table that no name stands for: 60 times, from .02 to 10,000. */
const own = tableOf(Float64Array.from({ length: 60 }, (_, i) => 1 - Math.exp(-4e-4 * 1.16 ** i)));
const cases: readonly Parameterisation[] = [
  { kind: 'flow' },
  { kind: 'flow', times: 1000 },
  { kind: 'edm', sigmaData: 0.5 },
  { kind: 'edm', sigmaData: 1.7 },
  { kind: 'eps', table: 'sd' },
  { kind: 'eps', table: 'ddpm' },
  { kind: 'v', table: 'sd' },
  { kind: 'v', table: 'ddpm' },
  { kind: 'eps', table: own },
  { kind: 'v', table: own },
  { kind: 'x0', table: own },
  { kind: 'x0', table: 'sd' },
  { kind: 'consistency', sigmaData: 0.5, sigmaMin: 0.002 },
  { kind: 'consistency', sigmaData: 1.3, sigmaMin: 0.01 },
];
const title = (p: Parameterisation) => JSON.stringify(p, (_, value: unknown) => (value === own ? 'its own' : value));
/** Inside all tables, whose first levels are .029, .010 and .020 and whose last are 14.6, 157 and 10,000. */
const sigmas = [0.03, 0.0713, 0.2, 0.45, 0.7, 1, 1.618, 3.3, 7.1, 14];

it('every parameterisation is among the cases', () =>
  expect(new Set(cases.map((p) => p.kind))).toEqual(new Set(parameterisationKinds)));

describe.each(cases.map((p) => [title(p), p] as const))('%s', (_, p) => {
  const noise = normals(3, 1, 40, 1);

  it.each(sigmas)('a perfect network of a Gaussian gives its exact denoiser at σ = %f', (sigma) => {
    const x = noise.map((v) => mean + 1.5 * Math.hypot(sigma, 0.45) * v);
    const got = denoiserOf(p, perfectly(p))(x, sigma);
    // Posterior mean of N(m, s²) + N(0, σ²).
    const pull = variance / (variance + sigma * sigma);
    // Measured: 1.2e-15. ε loses a digit for every tenfold of σ: x̂ − σ·ε is a difference of numbers of that size.
    x.forEach((v, i) => expect(Math.abs(got[i]! - (mean + pull * (v - mean)))).toBeLessThan(5e-15 * (1 + sigma)));
  });

  it('its target at known data and noise is the one that the paper defines', () => {
    for (const sigma of sigmas) {
      const clean = normals(4, 1, 20, 1);
      const eps = normals(4, 2, 20, 1);
      const x = clean.map((v, i) => v + sigma * eps[i]!);
      const alpha = 1 / Math.hypot(1, sigma);
      const t = sigma / (1 + sigma);
      const wanted = (i: number): number => {
        if (p.kind === 'flow') return eps[i]! - clean[i]!;
        if (p.kind === 'eps') return eps[i]!;
        if (p.kind === 'v') return alpha * eps[i]! - alpha * sigma * clean[i]!;
        if (p.kind === 'x0') return clean[i]!;
        if (p.kind === 'consistency') {
          const { sigmaData: sd, sigmaMin } = p;
          const above = sigma - sigmaMin;
          const kept = (sd * sd) / (above * above + sd * sd);
          return ((clean[i]! - kept * x[i]!) * Math.hypot(sigma, sd)) / (sd * above);
        }
        // Unit variance for data of standard deviation σ_data, whatever σ: (σ/σ_data·x₀ − σ_data·ε)/√(σ² + σ_data²).
        return ((sigma / p.sigmaData) * clean[i]! - p.sigmaData * eps[i]!) / Math.hypot(sigma, p.sigmaData);
      };
      const size = p.kind === 'flow' ? 1 / t : 1 + 1 / sigma;
      outputFor(p, x, clean, sigma).forEach((v, i) => expect(Math.abs(v - wanted(i))).toBeLessThan(1e-14 * size * 10));
    }
  });

  it('output → denoiser → output comes back', () => {
    const output = normals(5, 1, 30, 1);
    const x = normals(5, 2, 30, 1).map((v) => 3 * v);
    for (const sigma of sigmas) {
      const back = outputFor(p, x, denoiserOf(p, () => output)(x, sigma), sigma);
      back.forEach((v, i) => expect(Math.abs(v - output[i]!)).toBeLessThan(1e-14 * (10 + 10 / sigma)));
    }
  });

  it('what the network is told rises with σ and names it', () => {
    const told = sigmas.map((sigma) => scalarsAt(p, sigma).noise);
    told.slice(1).forEach((v, i) => expect(v).toBeGreaterThan(told[i]!));
    const named = (noise: number): number => {
      if (p.kind === 'flow') return noise / ((p.times ?? 1) - noise);
      if (p.kind === 'edm') return Math.exp(4 * noise);
      if (p.kind === 'consistency') return Math.exp(noise / 250);
      return tableSigma(p.table, noise);
    };
    sigmas.forEach((sigma, i) => expect(Math.abs(named(told[i]!) / sigma - 1)).toBeLessThan(1e-13));
  });

  it('the network sees the coordinates it was trained in', () => {
    for (const sigma of sigmas) {
      const { input } = scalarsAt(p, sigma);
      // flow: 1 − t. eps, v, x0: α² + (ασ̂)² = 1. edm, consistency: unit variance for data of σ_data.
      if (p.kind === 'flow') expect(input).toBeCloseTo(1 - sigma / (1 + sigma), 15);
      else expect(input ** 2 * (sigma ** 2 + ('sigmaData' in p ? p.sigmaData ** 2 : 1))).toBeCloseTo(1, 14);
    }
  });
});

it('v is EDM of unit data with the sign of the output turned', () => {
  for (const sigma of sigmas) {
    const v = scalarsAt({ kind: 'v', table: 'sd' }, sigma);
    const edm = scalarsAt({ kind: 'edm', sigmaData: 1 }, sigma);
    expect(v.skip).toBeCloseTo(edm.skip, 15);
    expect(v.input).toBeCloseTo(edm.input, 15);
    expect(v.output).toBeCloseTo(-edm.output, 15);
  }
});

it('EDM of data with its own σ_data has nothing left to learn: F = 0 is the exact denoiser', () => {
  const x = Float64Array.of(-2, 0.3, 5);
  const own = denoiserOf({ kind: 'edm', sigmaData: 0.45 }, (u) => u.map(() => 0));
  for (const sigma of sigmas) {
    const pull = variance / (variance + sigma * sigma);
    own(x, sigma).forEach((v, i) => expect(v).toBeCloseTo(pull * x[i]!, 14));
  }
});

it('a level outside a table is told as its first or last training time', () => {
  for (const table of ['sd', 'ddpm'] as const) {
    expect([1e-4, tableSigma(table, 0)].map((s) => scalarsAt({ kind: 'v', table }, s).noise)).toEqual([0, 0]);
    expect([tableSigma(table, 999), 1e4].map((s) => scalarsAt({ kind: 'eps', table }, s).noise)).toEqual([999, 999]);
    for (const time of [1, 499, 998]) {
      expect(scalarsAt({ kind: 'eps', table }, tableSigma(table, time)).noise).toBeCloseTo(time, 9);
    }
  }
});

describe('model.json', () => {
  const read = (json: Record<string, unknown>) => readParameterisation(new Reader(json, '', 'hint'));
  it('states the parameterisation', () => {
    expect(read({ prediction: 'flow' })).toEqual({ kind: 'flow' });
    expect(read({ prediction: 'velocity' })).toEqual({ kind: 'flow' });
    expect(read({ prediction: 'edm', sigmaData: 0.5 })).toEqual({ kind: 'edm', sigmaData: 0.5 });
    expect(read({ prediction: 'eps', noiseTable: 'sd' })).toEqual({ kind: 'eps', table: 'sd' });
    expect(read({ prediction: 'v', noiseTable: 'ddpm' })).toEqual({ kind: 'v', table: 'ddpm' });
  });
  it('takes σ_data from the part that the network belongs to', () => {
    const part = new Reader({ sigmaData: 1.25 }, 'architecture.targets.ring8.', 'hint');
    const model = new Reader({ prediction: 'edm', sigmaData: 9 }, '', 'hint');
    expect(readParameterisation(model, part)).toEqual({ kind: 'edm', sigmaData: 1.25 });
  });
  const all = 'prediction must be one of flow, edm, eps, v, velocity';
  it.each([
    [{}, `${all}, got undefined`],
    [{ prediction: 'x0' }, `${all}, got "x0"`],
    [{ prediction: 'toString' }, `${all}, got "toString"`],
    [{ prediction: null }, `${all}, got null`],
    [{ prediction: 'edm' }, 'sigmaData must be a number from 0.000001 to 1000000, got undefined'],
    [{ prediction: 'edm', sigmaData: 0 }, 'sigmaData must be a number from 0.000001 to 1000000, got 0'],
    [{ prediction: 'edm', sigmaData: -1 }, 'sigmaData must be a number from 0.000001 to 1000000, got -1'],
    [{ prediction: 'edm', sigmaData: NaN }, 'sigmaData must be a number from 0.000001 to 1000000, got null'],
    [{ prediction: 'edm', sigmaData: Infinity }, 'sigmaData must be a number from 0.000001 to 1000000'],
    [{ prediction: 'edm', sigmaData: '0.5' }, 'sigmaData must be a number from 0.000001 to 1000000, got "0.5"'],
    [{ prediction: 'v' }, 'noiseTable must be one of sd, ddpm, got undefined'],
    [{ prediction: 'eps', noiseTable: 'cosine' }, 'noiseTable must be one of sd, ddpm, got "cosine"'],
  ])('refuses %j', (json, message) => {
    expect(() => read(json)).toThrow(message);
    expect(() => read(json)).toThrow(FormatError);
  });
});
