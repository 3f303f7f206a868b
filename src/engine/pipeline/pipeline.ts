/** A text-to-image model on a device: prompt → states → latents → picture. Parts are loaded when they are needed. */
import { latentFactor } from '../../formats/diffusers/vae.ts';
import { assertClipFits, createClipTokenizer, type ClipText } from '../../formats/clip/tokenizer.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { DiffusionModel, TextSide } from '../../hub/diffusionConfigs.ts';
import { ModelError, type ModelFiles } from '../../hub/files.ts';
import type { NetworkPart } from '../../formats/diffusers/modelIndex.ts';
import { openPart, type PartTensors } from '../../hub/partTensors.ts';
import { clipGraph } from '../../models/diffusers/clip.ts';
import { parameterisationOf } from '../../models/diffusers/conventions.ts';
import { latentSize, unetModel } from '../../models/diffusers/pipeline.ts';
import { withWeights } from '../../models/diffusers/prefetch.ts';
import { swapAxes } from '../../models/diffusers/reference.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import { decoderOf } from '../../models/diffusers/vae.ts';
import { createGraphDenoiser, loadDenoiserWeights, type GraphPlace } from '../../networks/graph/denoiser.ts';
import { createGpuNetwork } from '../../networks/graph/network.ts';
import type { GpuDenoiser } from '../../networks/types.ts';

/** What an image network reads of a text. */
export interface Prompt {
  readonly text: ClipText;
  /** (tokens, width). */
  readonly states: Float32Array;
}
export interface PipelineOptions {
  readonly format: WeightFormat;
  readonly owner: string;
  readonly signal: AbortSignal;
}

const partOf = (files: ModelFiles, model: DiffusionModel, part: NetworkPart, signal: AbortSignal) => {
  const found = model.files.networks.get(part);
  if (!found)
    throw new ModelError(`${files.title} has no ${part}.`, 'Take all parts of the model from one repository.');
  return openPart(files, found, signal);
};

/** Token and position rows, added: (tokens, width). Only the rows of the text are read. */
async function tokenRows({ config }: TextSide, tensors: PartTensors, ids: readonly number[]): Promise<Float32Array> {
  const { vocab, width, positions } = config;
  const [tokens, places] = await Promise.all([
    tensors.rows('embeddings.token_embedding.weight', vocab, width, ids),
    tensors.rows('embeddings.position_embedding.weight', positions, width, [...ids.keys()]),
  ]);
  return tokens.map((v, i) => v + places[i]!);
}

/**
 * States of prompts for networks with one CLIP encoder that reads its last layer, normed (Stable Diffusion 1 and 2);
 * `skip` layers earlier where asked. The encoder leaves the device before this returns.
 */
export async function encodePrompts(
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  prompts: readonly string[],
  { format, owner, signal, skip = 0 }: PipelineOptions & { readonly skip?: number },
): Promise<readonly Prompt[]> {
  const [side, second] = model.texts;
  if (!side || second)
    throw new ModelError(
      `${files.title} has ${model.texts.length} text encoders; models with one are run.`,
      'Choose a model of the Stable Diffusion 1 or 2 family.',
    );
  const tokenizer = createClipTokenizer(side.tokenizer, side.config.positions);
  assertClipFits(tokenizer, side.config);
  const texts = prompts.map((prompt) => tokenizer.encode(prompt));
  const tensors = await partOf(files, model, side.part, signal);
  const graph = clipGraph(side.config, { texts: 1, tokens: tokenizer.length }, { skip, normed: true });
  const network = await createGpuNetwork(ctx, graph, tensors, { format, owner });
  try {
    const out: Prompt[] = [];
    for (const text of texts) {
      const tokens = await tokenRows(side, tensors, [...text.ids]);
      out.push({ text, states: (await network.run({ tokens })).get('state')! });
    }
    return out;
  } finally {
    network.destroy();
  }
}

/** D of a pipeline's UNet, under the table that its scheduler states, with prompts where it reads some. */
export async function pipelineDenoiser(
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  place: Omit<GraphPlace, 'copies'> & { readonly format: WeightFormat },
  use: {
    readonly size: { readonly height: number; readonly width: number };
    readonly prompts: { readonly prompt: Prompt; readonly negative: Prompt } | null;
    readonly guidance: number;
  },
  signal: AbortSignal,
): Promise<GpuDenoiser> {
  const { network } = model;
  if (network.model === 'DiTTransformer2DModel')
    throw new ModelError(
      `${files.title} is a transformer of classes, which this page does not run yet.`,
      'Choose a UNet.',
    );
  const tensors = await partOf(files, model, 'unet', signal);
  const embedding = await withWeights((w) => unetEmbedding(network, w), tensors);
  const { prompts, guidance } = use;
  const graph = unetModel(network, embedding, parameterisationOf(model.scheduler), latentSize(use.size, model.vae), {
    ...(prompts && { tokens: prompts.prompt.text.ids.length }),
  });
  const weights = await loadDenoiserWeights(ctx, graph, tensors, place);
  try {
    const net = await createGraphDenoiser(
      ctx,
      graph,
      weights,
      {
        rows: [embedding.condition({})],
        row: () => 0,
        nullRow: () => 0,
        texts: prompts && { prompt: prompts.prompt.states, negative: prompts.negative.states },
      },
      { ...place, copies: guidance === 1 ? 'one' : 'two' },
    );
    return {
      ...net,
      prepare(evaluations) {
        net.prepare(evaluations.map((evaluation) => ({ ...evaluation, guidance })));
      },
      destroy() {
        net.destroy();
        weights.destroy();
      },
    };
  } catch (error) {
    weights.destroy();
    throw error;
  }
}

/** Pictures of latents: (samples, channels, height, width) both, pictures in −1 … 1 as the autoencoder leaves them. */
export async function decodeLatents(
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  latents: Float32Array,
  size: { readonly height: number; readonly width: number },
  { format, owner, signal }: PipelineOptions,
): Promise<Float32Array> {
  const { vae } = model;
  if (!vae) return latents;
  const small = latentSize(size, vae);
  const pixels = small.height * small.width;
  const dim = vae.latentChannels * pixels;
  const { before, graph, after } = decoderOf(vae, { samples: 1, ...small });
  const network = await createGpuNetwork(ctx, graph, await partOf(files, model, 'vae', signal), { format, owner });
  try {
    const factor = latentFactor(vae) ** 2;
    const per = vae.outChannels * pixels * factor;
    const out = new Float32Array((latents.length / dim) * per);
    for (let s = 0; s * dim < latents.length; s++) {
      const own = Float64Array.from(latents.subarray(s * dim, (s + 1) * dim), (v) => before.scale * v + before.shift);
      const input = swapAxes(own, 1, vae.latentChannels, pixels);
      const raw = (await network.run({ latents: input })).get('out')!;
      const picture = swapAxes(Float64Array.from(raw), 1, pixels * factor, vae.outChannels);
      out.set(
        picture.map((v) => after.scale * v + after.shift),
        s * per,
      );
    }
    return out;
  } finally {
    network.destroy();
  }
}
