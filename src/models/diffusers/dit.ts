import type { DitConfig } from '../../formats/diffusers/dit.ts';
import { activations } from '../graph/activations.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { GraphWeights } from '../graph/interpret.ts';
import { product } from '../graph/tokenOps.ts';
import type { Graph } from '../graph/types.ts';
import { sinusoids } from './sinusoids.ts';

export interface DitSizes {
  readonly samples: number;
  /** Of the latents, multiples of the patch. */
  readonly height: number;
  readonly width: number;
}

/** Sine and cosine of rows and columns, columns first, as the library lays them out: (height·width, channels). */
function positions(config: DitConfig, height: number, width: number, channels: number): Float64Array {
  const base = config.sampleSize / config.patch;
  const half = channels / 2;
  const table = new Float64Array(height * width * channels);
  const place = (i: number, count: number) => sinusoids(i * (base / count), half, false, 0);
  const columns = Array.from({ length: width }, (_, x) => place(x, width));
  for (let y = 0; y < height; y++) {
    const row = place(y, height);
    for (let x = 0; x < width; x++) {
      table.set(columns[x]!, (y * width + x) * channels);
      table.set(row, (y * width + x) * channels + half);
    }
  }
  return table;
}

/**
 * DiT with adaLN-zero blocks, https://arxiv.org/abs/2212.09748 section 3.2. Inputs `sample`: patches (dy, dx, channel) of
 * the latents as tokens; `embedding`: SiLU of time and class. Output `out`: patches of `outChannels`.
 */
export function ditGraph(config: DitConfig, { samples, height, width }: DitSizes): Graph {
  const { heads, headDim, layers, patch, bias, epsilon, inChannels, outChannels } = config;
  const d = heads * headDim;
  if (height % patch !== 0 || width % patch !== 0)
    throw new RangeError(`this network cuts its latents into ${patch}×${patch}: ${height}×${width} is no multiple`);
  const b = new GraphBuilder();
  const shape = { samples, height: height / patch, width: width / patch };
  const sample = b.input('sample', { ...shape, channels: patch ** 2 * inChannels });
  const embedding = b.input('embedding', { samples, height: 1, width: 1, channels: d });
  b.part = 'pos_embed';
  const patches = b.linear('pos_embed.proj', sample, d, { kernel: patch });
  let h = b.position(patches, positions(config, shape.height, shape.width, d));
  const blocks = Array.from({ length: layers }, (_, i) => `transformer_blocks.${i}`);
  b.part = 'norm1.linear';
  const modulation = b.stacked(
    blocks.map((name) => `${name}.norm1.linear`),
    embedding,
    blocks.map(() => 6 * d),
  );
  blocks.forEach((name, i) => {
    b.part = name;
    const part = (k: number) => ({ of: modulation, at: (6 * i + k) * d });
    const own = b.layerNorm(null, h, 1e-6, { shift: part(0), scale: part(1) });
    const qkv = b.stacked(
      ['to_q', 'to_k', 'to_v'].map((p) => `${name}.attn1.${p}`),
      own,
      [d, d, d],
      { bias },
    );
    const seen = b.attention(
      { q: { of: qkv, at: 0 }, k: { of: qkv, at: d }, v: { of: qkv, at: 2 * d } },
      heads,
      headDim,
    );
    h = b.linear(`${name}.attn1.to_out.0`, seen, d, { gate: part(2), residual: h });
    const normal = b.layerNorm(null, h, epsilon, { shift: part(3), scale: part(4) });
    const wide = b.linear(`${name}.ff.net.0.proj`, normal, 4 * d, { activation: 'gelu' });
    h = b.linear(`${name}.ff.net.2`, wide, d, { gate: part(5), residual: h });
  });
  b.part = 'proj_out';
  const last = b.linear('proj_out_1', embedding, 2 * d);
  const normal = b.layerNorm(null, h, 1e-6, { shift: { of: last, at: 0 }, scale: { of: last, at: d } });
  b.output('out', b.linear('proj_out_2', normal, patch ** 2 * outChannels));
  return b.finish();
}

/** Time and class in float64; blocks read silu(time + class). */
export interface DitEmbedding {
  readonly width: number;
  time(t: number): Float64Array;
  /** `classes` is "no class". */
  label(label: number): Float64Array;
}

/** The file repeats these tables in every block; those of the first are read (`assertOneEmbedding` compares them). */
export function ditEmbedding(config: DitConfig, w: GraphWeights): DitEmbedding {
  const width = config.heads * config.headDim;
  const features = 256;
  const table = 'transformer_blocks.0.norm1.emb';
  const weight = (layer: string, columns: number) =>
    w.matrix(`${table}.timestep_embedder.${layer}.weight`, width, columns, 1);
  const bias = (layer: string) => w.vector(`${table}.timestep_embedder.${layer}.bias`, width);
  const [w1, b1, w2, b2] = [
    weight('linear_1', features),
    bias('linear_1'),
    weight('linear_2', width),
    bias('linear_2'),
  ];
  const labels = w.matrix(`${table}.class_embedder.embedding_table.weight`, config.classes + 1, width, 1);
  return {
    width,
    time(t) {
      const hidden = product(sinusoids(t, features, true, 1), 1, features, w1, width, b1).map(activations.silu);
      return product(hidden, 1, width, w2, width, b2);
    },
    label(label) {
      if (!(label >= 0 && label <= config.classes)) throw new RangeError(`class ${label} of ${config.classes}`);
      return Float64Array.from(labels.subarray(label * width, (label + 1) * width));
    },
  };
}
