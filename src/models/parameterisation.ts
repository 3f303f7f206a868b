import type { Reader } from '../formats/json.ts';
import { tableIds, tableTime, type TableId } from '../schedules/vpTable.ts';
import type { Denoiser } from './types.ts';

/**
 * What a network was trained to give. Every sampler asks for D(x̂; σ̂), the mean of the data behind x̂ = x₀ + σ̂·ε; a
 * network sees x = α·x̂ in coordinates of its own (α·x₀ + α·σ̂·ε) and gives something else, from which D follows by four
 * scalars. `flow`: velocity of a rectified flow. `edm`: the preconditioned network of EDM. `eps` and `v`: noise and
 * velocity on a variance-preserving table.
 */
export type Parameterisation =
  | { readonly kind: 'flow' }
  | { readonly kind: 'edm'; readonly sigmaData: number }
  | { readonly kind: 'eps'; readonly table: TableId }
  | { readonly kind: 'v'; readonly table: TableId };
export type ParameterisationKind = Parameterisation['kind'];

/** D(x̂; σ̂) = skip·x̂ + output·F(input·x̂; noise): https://arxiv.org/abs/2206.00364, with its c's. */
export interface Scalars {
  readonly input: number;
  /** What the network is told of the noise level. */
  readonly noise: number;
  readonly skip: number;
  readonly output: number;
}

interface Definition<P extends Parameterisation> {
  /** Reads what belongs to it: `model` is model.json, `part` the object that holds σ_data. */
  read(model: Reader, part: Reader): P;
  scalars(p: P, sigma: number): Scalars;
}

/** Variance-preserving coordinates: α = 1/√(1 + σ̂²), so that α² + (α·σ̂)² = 1. */
const preserving = (sigma: number) => 1 / Math.sqrt(1 + sigma * sigma);
const readTable = (model: Reader): TableId => model.oneOf('noiseTable', tableIds);

const definitions: { readonly [K in ParameterisationKind]: Definition<Extract<Parameterisation, { kind: K }>> } = {
  /**
   * Rectified flow, https://arxiv.org/abs/2209.03003, with time running towards noise as in
   * https://arxiv.org/abs/2403.03206: x = (1 − t)·x₀ + t·ε, F = ε − x₀, so x₀ = x − t·F; t = σ̂/(1 + σ̂), α = 1/(1 + σ̂).
   */
  flow: {
    read: () => ({ kind: 'flow' }),
    scalars: (_, sigma) => {
      const alpha = 1 / (1 + sigma);
      const t = sigma / (1 + sigma);
      return { input: alpha, noise: t, skip: alpha, output: -t };
    },
  },
  /** Karras et al. 2022, https://arxiv.org/abs/2206.00364, table 1, column "Ours". */
  edm: {
    read: (_, part) => ({ kind: 'edm', sigmaData: part.number('sigmaData', 1e-6, 1e6) }),
    scalars: ({ sigmaData: sd }, sigma) => {
      const total = sigma * sigma + sd * sd;
      return {
        input: 1 / Math.sqrt(total),
        noise: Math.log(sigma) / 4,
        skip: (sd * sd) / total,
        output: (sigma * sd) / Math.sqrt(total),
      };
    },
  },
  /**
   * Noise of a variance-preserving process, https://arxiv.org/abs/2006.11239: F = ε = x̂ − x₀ over σ̂. The network is
   * told the training time whose level is σ̂, between two of them by log σ̂.
   */
  eps: {
    read: (model) => ({ kind: 'eps', table: readTable(model) }),
    scalars: ({ table }, sigma) => ({
      input: preserving(sigma),
      noise: tableTime(table, sigma),
      skip: 1,
      output: -sigma,
    }),
  },
  /** Salimans and Ho 2022, https://arxiv.org/abs/2202.00512: F = α·ε − (α·σ̂)·x₀ on the same process. */
  v: {
    read: (model) => ({ kind: 'v', table: readTable(model) }),
    scalars: ({ table }, sigma) => {
      const alpha = preserving(sigma);
      return { input: alpha, noise: tableTime(table, sigma), skip: alpha * alpha, output: -sigma * alpha };
    },
  },
};
export const parameterisationKinds = Object.keys(definitions) as readonly ParameterisationKind[];
const definitionOf = (kind: ParameterisationKind): Definition<Parameterisation> => definitions[kind];

export const scalarsAt = (p: Parameterisation, sigma: number): Scalars => definitionOf(p.kind).scalars(p, sigma);

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

/** `velocity` is how training/export.py spells `flow`. */
const spellings = [...parameterisationKinds, 'velocity'] as const;

/** The parameterisation that a model.json states as `prediction`: refused when it is missing, unknown or incomplete. */
export function readParameterisation(model: Reader, part: Reader = model): Parameterisation {
  const said = model.oneOf('prediction', spellings);
  return definitionOf(said === 'velocity' ? 'flow' : said).read(model, part);
}
