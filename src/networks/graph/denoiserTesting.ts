/** For `*.gpu.test.ts` only: a tiny network as a denoiser, and what float64 makes of the same evaluation. */
import type { WeightFormat } from '../../core/weightFormat.ts';
import { parseDitConfig } from '../../formats/diffusers/dit.ts';
import { readFloats } from '../../gpu/readback.ts';
import { nodeContext } from '../../gpu/testing.ts';
import { normals } from '../../math/normal.ts';
import { amended } from '../../math/reference/elementwise.ts';
import { ditEmbedding, ditGraph } from '../../models/diffusers/dit.ts';
import { storedTensors } from '../../models/diffusers/fileWeights.ts';
import { goldenDiffusers, goldenUNet, nmse, numbers } from '../../models/diffusers/golden.ts';
import { unetModel } from '../../models/diffusers/pipeline.ts';
import { referenceDenoiser } from '../../models/diffusers/reference.ts';
import type { GraphModel, GraphRows, GraphTexts, GraphUse } from '../../models/diffusers/types.ts';
import { unetEmbedding } from '../../models/diffusers/unetEmbedding.ts';
import type { GraphWeights } from '../../models/graph/interpret.ts';
import { scalarsAt } from '../../models/parameterisation.ts';
import { makePlace } from '../testing.ts';
import {
  createGraphDenoiser,
  loadDenoiserWeights,
  type GraphDenoiser,
  type GraphPlace,
  type GuidedEvaluation,
} from './denoiser.ts';
import type { StoredTensors } from './weights.ts';

const ctx = await nodeContext();

/** A network, its weights on the processor and its file. */
export interface SetUp {
  readonly model: GraphModel;
  readonly weights: GraphWeights;
  readonly tensors: StoredTensors;
  /** Width of the embedding. */
  readonly width: number;
}
export function setUp(family: string): SetUp {
  const { config, weights, file, golden, sizes } = goldenUNet(family);
  const embedding = unetEmbedding(config, weights);
  const table = family === 'ddpm' ? 'ddpm' : 'sd';
  const tokens = golden.inputs['encoder_hidden_states']?.shape[1];
  const options = tokens === undefined ? {} : { tokens };
  const model = unetModel(config, embedding, { kind: 'eps', table }, sizes, options);
  return { model, weights, tensors: storedTensors(file), width: embedding.width };
}
/** Two prompts of golden inputs. */
export function textsOf(family: string): GraphTexts {
  const context = goldenUNet(family).golden.inputs['encoder_hidden_states']!;
  const size = context.shape[1]! * context.shape[2]!;
  const [prompt, negative] = [0, 1].map((i) => Float32Array.from(numbers(context).subarray(i * size, (i + 1) * size)));
  return { prompt: prompt!, negative: negative! };
}
export const plain = (width: number): GraphUse => ({
  rows: [new Float64Array(width)],
  row: () => 0,
  nullRow: () => 0,
  texts: null,
});
export const prompted =
  (family: string) =>
  (width: number): GraphUse => ({ ...plain(width), texts: textsOf(family) });
export const classes = (labels: readonly number[]): GraphRows => {
  const { config, weights } = goldenUNet('cd');
  const embedding = unetEmbedding(config, weights);
  const rows = labels.map((label) => embedding.condition({ label }));
  return { rows, row: (sample) => sample % 2, nullRow: () => 0 };
};

/** Classes 2 and 5 of the tiny DiT, and none; its variance is left beside the noise. */
export function dit(): { readonly set: SetUp; readonly use: GraphUse } {
  const { configJson, weights, file } = goldenDiffusers('dit');
  const config = parseDitConfig(configJson);
  const embedding = ditEmbedding(config, weights);
  const size = { height: 8, width: 8 };
  const model: GraphModel = {
    graph: (samples) => ditGraph(config, { ...size, samples }),
    scalars: (sigma) => scalarsAt({ kind: 'eps', table: 'ddpm' }, sigma),
    channels: config.inChannels,
    ...size,
    patch: config.patch,
    embedding,
  };
  const rows = [2, 5, config.classes].map((label) => embedding.label(label));
  return {
    set: { model, weights, tensors: storedTensors(file), width: embedding.width },
    use: { rows, row: (sample) => sample % 2, nullRow: () => 2, texts: null },
  };
}

export type Settings = Omit<GuidedEvaluation, 'x' | 'out'>;
/** D in float64 under the settings of one evaluation. */
export function expected(
  { model, weights }: SetUp,
  use: GraphUse,
  x: Float64Array,
  { sigma, time, guidance = 1, rescale = 0, amend }: Settings,
): Float64Array {
  const told: GraphModel =
    time === undefined ? model : { ...model, scalars: (s) => ({ ...model.scalars(s), noise: time }) };
  const d = referenceDenoiser(told, weights, { ...use, guidance, rescale })(x, sigma);
  return amend ? amended(d, x, amend) : d;
}

export interface Options extends Pick<GraphPlace, 'copies' | 'alone' | 'watch'> {
  readonly samples: number;
  readonly atOnce: number;
  readonly format?: WeightFormat;
}
export interface Made {
  readonly net: GraphDenoiser;
  readonly at: { readonly arena: GPUBuffer; readonly stride: number };
  readonly x: Float64Array;
  destroy(): void;
}
export async function make({ model, tensors }: SetUp, use: GraphUse, { format = 'f32', ...o }: Options): Promise<Made> {
  const dim = model.channels * model.height * model.width;
  const place = await makePlace(ctx, o.samples, dim);
  const weights = await loadDenoiserWeights(ctx, model, tensors, { format, owner: 'test' });
  const net = await createGraphDenoiser(ctx, model, weights, use, { ...place, ...o });
  return {
    net,
    at: place,
    x: normals(3, 0, o.samples, dim),
    destroy() {
      net.destroy();
      weights.destroy();
    },
  };
}

/** Evaluation k of the prepared plan, as `record` puts it on the device. */
export async function result(
  { at, x }: Made,
  record: (submit: (encode: (pass: GPUComputePassEncoder) => void) => void) => void,
): Promise<Float32Array> {
  ctx.device.queue.writeBuffer(at.arena, 0, Float32Array.from(x));
  record((encode) => {
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass);
    pass.end();
    ctx.submit(encoder.finish());
  });
  const values = await readFloats(ctx, at.arena, at.stride * 4, x.length);
  if (ctx.firstError) throw new Error(ctx.firstError);
  return values;
}
export const whole = (made: Made, k: number) =>
  result(made, (submit) => {
    submit((pass) => {
      made.net.encode(pass, k);
    });
  });

/** NMSE of evaluations with settings of their own against float64. */
export async function errors(
  set: SetUp,
  conditions: (width: number) => GraphUse,
  o: Options,
  settings: readonly Settings[],
): Promise<number[]> {
  const use = conditions(set.width);
  const made = await make(set, use, o);
  made.net.prepare(settings.map((each) => ({ ...each, x: 0, out: made.at.stride })));
  const found: number[] = [];
  for (const [k, each] of settings.entries()) found.push(nmse(await whole(made, k), expected(set, use, made.x, each)));
  made.destroy();
  return found;
}
