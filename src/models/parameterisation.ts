import type { Reader } from '../formats/json.ts';
import type { NoiseTable } from '../schedules/noiseTable.ts';
import { tableIds, tableTime, type TableId } from '../schedules/vpTable.ts';
import type { Denoiser } from './types.ts';

/**
 * What a network was trained to give. Every sampler asks for D(x̂; σ̂), the mean of the data behind x̂ = x₀ + σ̂·ε; a
 * network sees x = α·x̂ in coordinates of its own (α·x₀ + α·σ̂·ε) and gives something else, from which D follows by four
 * scalars. `flow`: velocity of a rectified flow. `edm`: the preconditioned network of EDM. `eps`, `v` and `x0`: noise,
 * velocity and clean data on a variance-preserving table, one of those with a name or a model's own. `consistency`: a
 * network that maps to the end of the trajectory, which is no mean of the data.
 */
export type Parameterisation =
  /** The network counts time from 0 to `times`, which is 1 where it is not given. */
  | { readonly kind: 'flow'; readonly times?: number }
  | { readonly kind: 'edm'; readonly sigmaData: number }
  | { readonly kind: 'eps'; readonly table: TableId | NoiseTable }
  | { readonly kind: 'v'; readonly table: TableId | NoiseTable }
  | { readonly kind: 'x0'; readonly table: TableId | NoiseTable }
  | { readonly kind: 'consistency'; readonly sigmaData: number; readonly sigmaMin: number };
export type ParameterisationKind = Parameterisation['kind'];

/** D(x̂; σ̂) = skip·x̂ + output·F(input·x̂; noise): https://arxiv.org/abs/2206.00364, with its c's. */
export interface Scalars {
  readonly input: number;
  /** What the network is told of the noise level. */
  readonly noise: number;
  readonly skip: number;
  readonly output: number;
}

type Definition<P extends Parameterisation> = (p: P, sigma: number) => Scalars;

/** Variance-preserving coordinates: α = 1/√(1 + σ̂²), so that α² + (α·σ̂)² = 1. */
const preserving = (sigma: number) => 1 / Math.sqrt(1 + sigma * sigma);

const definitions: { readonly [K in ParameterisationKind]: Definition<Extract<Parameterisation, { kind: K }>> } = {
  /**
   * Rectified flow, https://arxiv.org/abs/2209.03003, with time running towards noise as in
   * https://arxiv.org/abs/2403.03206: x = (1 − t)·x₀ + t·ε, F = ε − x₀, so x₀ = x − t·F; t = σ̂/(1 + σ̂), α = 1/(1 + σ̂).
   */
  flow: ({ times = 1 }, sigma) => {
    const alpha = 1 / (1 + sigma);
    const t = sigma / (1 + sigma);
    return { input: alpha, noise: times * t, skip: alpha, output: -t };
  },
  /** Karras et al. 2022, https://arxiv.org/abs/2206.00364, table 1, column "Ours". */
  edm: ({ sigmaData: sd }, sigma) => {
    const total = sigma * sigma + sd * sd;
    return {
      input: 1 / Math.sqrt(total),
      noise: Math.log(sigma) / 4,
      skip: (sd * sd) / total,
      output: (sigma * sd) / Math.sqrt(total),
    };
  },
  /**
   * Noise of a variance-preserving process, https://arxiv.org/abs/2006.11239: F = ε = x̂ − x₀ over σ̂. The network is
   * told the training time whose level is σ̂, between two of them by log σ̂.
   */
  eps: ({ table }, sigma) => ({
    input: preserving(sigma),
    noise: tableTime(table, sigma),
    skip: 1,
    output: -sigma,
  }),
  /** Salimans and Ho 2022, https://arxiv.org/abs/2202.00512: F = α·ε − (α·σ̂)·x₀ on the same process. */
  v: ({ table }, sigma) => {
    const alpha = preserving(sigma);
    return { input: alpha, noise: tableTime(table, sigma), skip: alpha * alpha, output: -sigma * alpha };
  },
  /** F = x₀ on the same process. */
  x0: ({ table }, sigma) => ({ input: preserving(sigma), noise: tableTime(table, sigma), skip: 0, output: 1 }),
  /**
   * Song et al. 2023, https://arxiv.org/abs/2303.01469, appendix C: EDM's scalars, moved so that F has no say at the
   * least level. The network is told 1000/4·log σ.
   */
  consistency: ({ sigmaData: sd, sigmaMin }, sigma) => {
    const above = sigma - sigmaMin;
    const total = Math.sqrt(sigma * sigma + sd * sd);
    return {
      input: 1 / total,
      noise: 250 * Math.log(sigma),
      skip: (sd * sd) / (above * above + sd * sd),
      output: (above * sd) / total,
    };
  },
};
export const parameterisationKinds = Object.keys(definitions) as readonly ParameterisationKind[];

export const scalarsAt = (p: Parameterisation, sigma: number): Scalars =>
  (definitions[p.kind] as Definition<Parameterisation>)(p, sigma);

/** A network in its own coordinates: rows of input·x̂, and what it is told of the noise. */
export type Network = (x: Float64Array, noise: number) => Float64Array;

/** The denoiser that a network is under its parameterisation. */
export const denoiserOf =
  (p: Parameterisation, network: Network): Denoiser =>
  (x, sigma) => {
    const { input, noise, skip, output } = scalarsAt(p, sigma);
    const out = network(
      x.map((v) => input * v),
      noise,
    );
    return x.map((v, i) => skip * v + output * out[i]!);
  };

/**
 * The other way round: the output F at x̂ for which the network's denoiser gives `denoised`. With clean data as
 * `denoised` this is what the network is trained on (https://arxiv.org/abs/2206.00364).
 */
export function outputFor(
  p: Parameterisation,
  x: Float64Array,
  denoised: ArrayLike<number>,
  sigma: number,
): Float64Array {
  const { skip, output } = scalarsAt(p, sigma);
  return x.map((v, i) => (denoised[i]! - skip * v) / output);
}

/** What a model.json can state; `velocity` is how training/export.py spells `flow`. */
const spellings = ['flow', 'edm', 'eps', 'v', 'velocity'] as const;

/**
 * The parameterisation that a model.json states as `prediction`: refused when it is missing, unknown or incomplete.
 * `part` is the object that holds σ_data.
 */
export function readParameterisation(model: Reader, part: Reader = model): Parameterisation {
  const said = model.oneOf('prediction', spellings);
  switch (said) {
    case 'flow':
    case 'velocity':
      return { kind: 'flow' };
    case 'edm':
      return { kind: 'edm', sigmaData: part.number('sigmaData', 1e-6, 1e6) };
    case 'eps':
    case 'v':
      return { kind: said, table: model.oneOf('noiseTable', tableIds) };
    default:
      return said satisfies never;
  }
}
