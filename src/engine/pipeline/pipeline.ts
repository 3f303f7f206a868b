/** A network of a model as what samplers ask for: prompt → states → latents → picture. Parts are loaded when needed. */
import type { GpuContext } from '../../gpu/device.ts';
import type { DiffusionModel } from '../../hub/diffusionConfigs.ts';
import type { ModelFiles } from '../../hub/files.ts';
import { parameterisationOf } from '../../models/diffusers/conventions.ts';
import { ditEmbedding } from '../../models/diffusers/dit.ts';
import { assertOneEmbedding, ditModel, noiseTensors } from '../../models/diffusers/ditModel.ts';
import { latentSize, unetModel } from '../../models/diffusers/pipeline.ts';
import { withWeights, type TensorsInTime } from '../../models/diffusers/prefetch.ts';
import type { GraphModel } from '../../models/diffusers/types.ts';
import { unetEmbedding, type UNetCondition } from '../../models/diffusers/unetEmbedding.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';
import { createGraphDenoiser, loadDenoiserWeights, type GraphPlace } from '../../networks/graph/denoiser.ts';
import type { GpuDenoiser } from '../../networks/types.ts';
import { openModelPart, type PictureSize } from './parts.ts';
import { conditionsOf, type Given } from './conditions.ts';

export type { PictureSize, PipelineOptions } from './parts.ts';
export { encodePrompts, promptPair, type Prompt, type PromptText } from './prompts.ts';
export { createDecoder, decodeLatents, encodePicture, type Decoder } from './pictures.ts';

/** A network before it is on a device. */
export interface PipelineModel {
  readonly graph: GraphModel;
  /** The weights that `graph` asks for. */
  readonly tensors: TensorsInTime;
  /** What is added to the embedding of the time; zeros for networks without conditions. */
  condition(c: UNetCondition): Float64Array;
  /** A guidance weight was distilled into it: it is told the weight, and needs no second pass. */
  readonly told: boolean;
}

/**
 * The network of a model under the table that its scheduler states, for pictures of a size. `tokens` of a prompt, for
 * networks that read text. RangeError for a size that it cannot work on.
 */
export async function pipelineModel(
  files: ModelFiles,
  model: DiffusionModel,
  size: PictureSize,
  use: { readonly tokens?: number },
  signal: AbortSignal,
): Promise<PipelineModel> {
  const { network } = model;
  const latents = latentSize(size, model.vae);
  const parameterisation = parameterisationOf(model.scheduler);
  if (network.model === 'DiTTransformer2DModel') {
    const stored = await openModelPart(files, model, 'transformer', signal);
    await assertOneEmbedding(network, stored);
    const embedding = await withWeights((w) => ditEmbedding(network, w), stored);
    return {
      graph: ditModel(network, embedding, parameterisation, latents),
      tensors: noiseTensors(network, stored),
      condition: ({ label }) => embedding.label(label!),
      told: false,
    };
  }
  const tensors = await openModelPart(files, model, 'unet', signal);
  const embedding = await withWeights((w) => unetEmbedding(network, w), tensors);
  const told = network.guidanceFeatures !== null;
  const graph = unetModel(network, embedding, parameterisation, latents, use);
  return { graph, tensors, condition: (c) => embedding.condition(c), told };
}

/** D of a pipeline's network, with prompts, classes and sizes where it reads some. */
export async function pipelineDenoiser(
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  place: Omit<GraphPlace, 'copies'> & { readonly format: WeightFormat },
  use: Omit<Given, 'labels'> & { readonly labels?: readonly number[]; readonly guidance: number },
  signal: AbortSignal,
): Promise<GpuDenoiser> {
  const { guidance, prompts, labels = null, size } = use;
  const tokens = prompts?.prompt.text.ids.length;
  const made = await pipelineModel(files, model, size, { ...(tokens !== undefined && { tokens }) }, signal);
  const guides = guidance !== 1 && !made.told;
  const given = { ...use, labels, prompts };
  const conditions = conditionsOf(files.title, model.network, (c) => made.condition(c), given, guides);
  const weights = await loadDenoiserWeights(ctx, made.graph, made.tensors, place);
  try {
    const net = await createGraphDenoiser(ctx, made.graph, weights, conditions, {
      ...place,
      copies: guides ? 'two' : 'one',
    });
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
