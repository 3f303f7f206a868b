// Models to measure: the bundled ones, and GPT-2's smallest shape with keyed random weights, made here.
import type { TransformerConfig } from '../../src/formats/transformerConfig.ts';
import { weightNames } from '../../src/formats/weightNames.ts';
import type { GpuContext } from '../../src/gpu/device.ts';
import { normals } from '../../src/math/normal.ts';
import { languageCard, languageModelIds, type LanguageModelId } from '../../src/models/language.ts';
import { TransformerWeights } from '../../src/networks/transformerWeights.ts';
import type { Format } from '../../src/engine/decoding/events.ts';
import { loadModel } from '../../src/engine/decoding/load.ts';
import { bundledFiles } from '../../src/hub/testing.ts';

export const GPT2_124M = 'gpt2_124m';
export type MeasuredId = LanguageModelId | typeof GPT2_124M;
export const measuredIds: readonly MeasuredId[] = [...languageModelIds, GPT2_124M];
export const titleOf = (id: MeasuredId) =>
  id === GPT2_124M ? 'GPT-2 124M shape, random weights' : languageCard(id)!.folder;

const gpt2: TransformerConfig = {
  architecture: 'gpt2',
  vocab: 50257,
  layers: 12,
  width: 768,
  heads: 12,
  kvHeads: 12,
  headDim: 64,
  hidden: 3072,
  context: 1024,
  norm: { kind: 'layernorm', epsilon: 1e-5 },
  position: { kind: 'learned' },
  mlp: 'gelu',
  bias: { qkv: true, output: true, mlp: true },
  qkNorm: false,
  tied: true,
  slidingWindow: null,
  endTokens: [],
  startToken: null,
};

/**
 * Normals of standard deviation 0.02, as GPT-2 starts from. One keyed table of 2^20, read from another place for every
 * block of rows: speed does not depend on values.
 */
async function randomWeights(ctx: GpuContext, format: Format): Promise<TransformerWeights> {
  const plan = weightNames(gpt2, { kind: 'transformers', prefix: '' }).map(({ name, kind, cols, from }) => ({
    name,
    kind,
    cols,
    rows: from.reduce((n, f) => n + f.rows, 0),
    parts: [],
  }));
  const weights = await TransformerWeights.create(ctx, plan, format, 'measured weights');
  const pool = Float32Array.from(normals(124, 0, 1, 2 ** 20), (v) => 0.02 * v);
  for (const { name, rows, cols } of plan) {
    const most = Math.max(64, Math.floor(pool.length / 2 / cols / 64) * 64);
    for (let first = 0, block = 0; first < rows; first += most, block++) {
      const count = Math.min(most, rows - first);
      const at = (block * 7919) % (pool.length / 2);
      weights.write(
        name,
        first,
        /norm.*weight/.test(name) ? new Float32Array(count * cols).fill(1) : pool.slice(at, at + count * cols),
      );
    }
    await ctx.idle();
  }
  return weights;
}

export interface Measured {
  readonly config: TransformerConfig;
  readonly weights: TransformerWeights;
  readonly loadMs: number;
}

/**
 * The weights on the GPU, and the time from the first byte until they are there. Reading from disk is part of it; so is
 * making random weights.
 */
export async function load(ctx: GpuContext, id: MeasuredId, format: Format): Promise<Measured> {
  const began = performance.now();
  if (id === GPT2_124M)
    return { config: gpt2, weights: await randomWeights(ctx, format), loadMs: performance.now() - began };
  const { config, weights } = await loadModel(ctx, bundledFiles({ from: 'bundled', id }), {
    format,
    owner: 'measured weights',
    progress: () => {},
    signal: new AbortController().signal,
  });
  if (!(weights instanceof TransformerWeights)) throw new Error('the weights are not on the GPU');
  return { config, weights, loadMs: performance.now() - began };
}
