/** DiT as what samplers ask for: https://arxiv.org/abs/2212.09748, with the classes that it was trained on. */
import type { DitConfig } from '../../formats/diffusers/dit.ts';
import { FormatError } from '../../formats/error.ts';
import type { GraphWeights } from '../graph/interpret.ts';
import { scalarsAt, type Parameterisation } from '../parameterisation.ts';
import { ditGraph, type DitEmbedding } from './dit.ts';
import type { TensorsInTime } from './prefetch.ts';
import type { GraphModel } from './types.ts';

/**
 * `size` of the latents. Of what the network gives, the noise alone is computed: `noiseTensors` (or `noiseWeights`) must
 * stand between the graph and the file.
 */
export function ditModel(
  config: DitConfig,
  embedding: DitEmbedding,
  parameterisation: Parameterisation,
  size: { readonly height: number; readonly width: number },
): GraphModel {
  const noise = { ...config, outChannels: config.inChannels };
  return {
    graph: (samples) => ditGraph(noise, { ...size, samples }),
    scalars: (sigma) => scalarsAt(parameterisation, sigma),
    channels: config.inChannels,
    patch: config.patch,
    ...size,
    embedding: { width: embedding.width, time: (t) => embedding.time(t) },
  };
}

const LAST = 'proj_out_2';

/** Rows of the last layer that give the noise: of each place in a patch the first half, the rest is a variance. */
export function noiseRows({ patch, inChannels, outChannels }: DitConfig): readonly number[] {
  return Array.from(
    { length: patch ** 2 * inChannels },
    (_, i) => Math.floor(i / inChannels) * outChannels + (i % inChannels),
  );
}

const picked = (values: Float32Array, rows: readonly number[], columns: number): Float32Array => {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => out.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
  return out;
};

/** The file's tensors with the last layer as `ditModel` asks for it. */
export function noiseTensors(config: DitConfig, from: TensorsInTime): TensorsInTime {
  const rows = noiseRows(config);
  const stored = config.patch ** 2 * config.outChannels;
  return {
    async matrix(name, count, channels, kernel) {
      if (name !== `${LAST}.weight`) return from.matrix(name, count, channels, kernel);
      return picked(await from.matrix(name, stored, channels, kernel), rows, channels);
    },
    async vector(name, count) {
      if (name !== `${LAST}.bias`) return from.vector(name, count);
      return picked(await from.vector(name, stored), rows, 1);
    },
  };
}

/** The same of weights in memory. */
export function noiseWeights(config: DitConfig, from: GraphWeights): GraphWeights {
  const rows = noiseRows(config);
  const stored = config.patch ** 2 * config.outChannels;
  return {
    matrix: (name, count, channels, kernel) =>
      name === `${LAST}.weight`
        ? picked(from.matrix(name, stored, channels, kernel), rows, channels)
        : from.matrix(name, count, channels, kernel),
    vector: (name, count) =>
      name === `${LAST}.bias` ? picked(from.vector(name, stored), rows, 1) : from.vector(name, count),
  };
}

/** Of a block's embedding of time and class: a matrix's columns, or null for a vector of biases. */
const tables = (config: DitConfig): readonly (readonly [string, number, number | null])[] => {
  const width = config.heads * config.headDim;
  return [
    ['timestep_embedder.linear_1.weight', width, 256],
    ['timestep_embedder.linear_1.bias', width, null],
    ['timestep_embedder.linear_2.weight', width, width],
    ['timestep_embedder.linear_2.bias', width, null],
    ['class_embedder.embedding_table.weight', config.classes + 1, width],
  ];
};

/**
 * Every block of the file has the embedding of time and class, and one is used: they must be copies. FormatError for a
 * file whose blocks differ, which no DiT that was trained as published does.
 */
export async function assertOneEmbedding(config: DitConfig, from: TensorsInTime): Promise<void> {
  const read = (block: number, [name, rows, columns]: ReturnType<typeof tables>[number]): Promise<Float32Array> => {
    const full = `transformer_blocks.${block}.norm1.emb.${name}`;
    return columns === null ? from.vector(full, rows) : from.matrix(full, rows, columns, 1);
  };
  for (const table of tables(config)) {
    const first = await read(0, table);
    for (let block = 1; block < config.layers; block++) {
      const other = await read(block, table);
      const at = first.findIndex((v, i) => v !== other[i]);
      if (at >= 0)
        throw new FormatError(
          `transformer_blocks.${block}.norm1.emb.${table[0]} differs from that of transformer_blocks.0 (number ${at}: ${other[at]} and ${first[at]})`,
          'Each block of this file has an embedding of its own; networks with one embedding are run. Take the published file.',
        );
    }
  }
}
