/** How much a network's answers change when its weights are kept in fewer bits: measured on the model itself. */
import { throwIfCancelled } from '../../core/cancel.ts';
import type { WeightFormat } from '../../core/weightFormat.ts';
import type { SchedulerConfig } from '../../formats/diffusers/scheduler.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { OutOfMemoryError } from '../../gpu/errors.ts';
import { readFloats } from '../../gpu/readback.ts';
import type { DiffusionModel } from '../../hub/diffusionConfigs.ts';
import type { ModelFiles } from '../../hub/files.ts';
import { parameterisationOf } from '../../models/diffusers/conventions.ts';
import { networkSize } from '../../models/diffusers/memory.ts';
import { createGraphDenoiser, loadDenoiserWeights } from '../../networks/graph/denoiser.ts';
import { bindingLimit } from '../../networks/graph/runner.ts';
import type { TransformerWeights } from '../../networks/transformerWeights.ts';
import { TABLE_LENGTH, tableSigma } from '../../schedules/vpTable.ts';
import { conditionsOf, type Conditions, type Given } from './conditions.ts';
import { activationPlan } from './counting.ts';
import { startingNoise } from './noise.ts';
import { openModelPart } from './parts.ts';
import { pipelineModel, type PipelineModel } from './pipeline.ts';

/** Of D at one level, weights in fewer bits against the file's own. */
export interface LevelChange {
  readonly sigma: number;
  /** Σ(D′ − D)²/ΣD². */
  readonly nmse: number;
  /** The largest |D′ − D|, over the root mean square of D. */
  readonly most: number;
}
export interface WeightChange {
  /** How the file's own numbers were kept: without loss. */
  readonly from: WeightFormat;
  /** From the noisiest level down. */
  readonly levels: readonly LevelChange[];
}
export interface ChangeAsk {
  /** What the experiment is made under, and how much it is guided. */
  readonly given: Given;
  readonly guidance: number;
  readonly seed: number;
  /** Bytes that may be taken on the device, beside what is there already. */
  readonly memory: number;
  readonly owner: string;
  /** The weights in `format`, where they are loaded already; they stay. */
  readonly loaded?: TransformerWeights;
  readonly signal: AbortSignal;
}

/** Where in the training times (of a consistency model, in log σ) it is measured. */
const QUANTILES = [0.9, 0.7, 0.5, 0.3, 0.1];
/** Pieces of an evaluation that are submitted one by one, so that no submit takes long. */
const PIECES = 64;

const networkPartOf = ({ network }: DiffusionModel) =>
  network.model === 'DiTTransformer2DModel' ? 'transformer' : 'unet';

/** Levels of a model's own scale, from the noisiest down. */
export function measuredLevels(scheduler: SchedulerConfig): readonly number[] {
  const p = parameterisationOf(scheduler);
  if (p.kind === 'eps' || p.kind === 'v' || p.kind === 'x0') {
    const last = (typeof p.table === 'string' ? TABLE_LENGTH : p.table.length) - 1;
    return QUANTILES.map((q) => tableSigma(p.table, q * last));
  }
  if (p.kind === 'flow') return QUANTILES.map((t) => t / (1 - t));
  const [least, most] =
    scheduler.scheduler === 'CMStochasticIterativeScheduler' ? [scheduler.sigmaMin, scheduler.sigmaMax] : [0.002, 80];
  return QUANTILES.map((q) => least * (most / least) ** q);
}

/** The change of D, and its largest value, as this page reports them. */
export function changeOf(sigma: number, reference: Float32Array, changed: Float32Array): LevelChange {
  let [error, power, most] = [0, 0, 0];
  reference.forEach((v, i) => {
    const d = changed[i]! - v;
    error += d * d;
    power += v * v;
    most = Math.max(most, Math.abs(d));
  });
  return { sigma, nmse: error / power, most: most / Math.sqrt(power / reference.length) };
}

/**
 * The network once with the file's own weights and once with weights in `format`, one after the other, on the same
 * pictures: at the noisiest level noise alone, then what the file's own weights saw there, noised again to the next
 * level. Null where one of the two does not fit.
 */
export async function measureChange(
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  format: WeightFormat,
  ask: ChangeAsk,
): Promise<WeightChange | null> {
  const { given, guidance, seed, memory, owner, loaded, signal } = ask;
  const tokens = given.prompts?.prompt.text.ids.length;
  const made = await pipelineModel(files, model, given.size, { ...(tokens !== undefined && { tokens }) }, signal);
  const guides = guidance !== 1 && !made.told;
  const conditions = conditionsOf(files.title, model.network, (c) => made.condition(c), given, guides);
  const copies = guides ? 2 : 1;
  const activations = activationPlan(made.graph.graph(copies, copies), ctx.info.isSoftware, bindingLimit(ctx)).bytes;
  const { bytes } = networkSize(model.network);
  const fits = (f: WeightFormat) => (loaded && f === format ? 0 : bytes[f]) + activations <= memory;
  // Sixteen bits hold a file of binary16 without loss.
  const { isHalf } = await openModelPart(files, model, networkPartOf(model), signal);
  const from = (isHalf ? (['f16', 'f32'] as const) : (['f32'] as const)).find(fits);
  if (!from || !fits(format)) return null;
  const sigmas = measuredLevels(model.scheduler);
  const { channels, height, width } = made.graph;
  const shape = { pictures: 1, channels, height, width };
  const run = { ctx, made, conditions, guidance, copies: guides ? 'two' : 'one', owner, sigmas, signal } as const;
  const inputs: Float32Array<ArrayBuffer>[] = [];
  const noised = (k: number, before: Float32Array | null): Float32Array<ArrayBuffer> => {
    const noise = startingNoise('ours', seed, shape, { draw: k });
    const x = Float32Array.from(noise, (z, i) => (before?.[i] ?? 0) + sigmas[k]! * z);
    inputs.push(x);
    return x;
  };
  try {
    const own = await withWeights(run, from, undefined, noised);
    const changed = await withWeights(run, format, loaded, (k) => inputs[k]!);
    return { from, levels: sigmas.map((sigma, k) => changeOf(sigma, own[k]!, changed[k]!)) };
  } catch (error) {
    if (error instanceof OutOfMemoryError) return null;
    throw error;
  }
}

interface Run {
  readonly ctx: GpuContext;
  readonly made: PipelineModel;
  readonly conditions: Conditions;
  readonly guidance: number;
  readonly copies: 'one' | 'two';
  readonly owner: string;
  readonly sigmas: readonly number[];
  readonly signal: AbortSignal;
}

/** D at every level, with weights that are loaded for it and freed, or with those given. */
async function withWeights(
  { ctx, made, conditions, guidance, copies, owner, sigmas, signal }: Run,
  format: WeightFormat,
  given: TransformerWeights | undefined,
  input: (k: number, before: Float32Array | null) => Float32Array<ArrayBuffer>,
): Promise<readonly Float32Array[]> {
  const { channels, height, width } = made.graph;
  const dim = channels * height * width;
  const stride = Math.ceil(dim / 64) * 64;
  const weights = given ?? (await loadDenoiserWeights(ctx, made.graph, made.tensors, { format, owner }));
  let arena: GPUBuffer | undefined;
  try {
    arena = await ctx.buffers.create({ label: 'registers', owner, bytes: 8 * stride });
    const place = { arena, samples: 1, owner, copies, evaluations: sigmas.length };
    const net = await createGraphDenoiser(ctx, made.graph, weights, conditions, place);
    try {
      net.cut(PIECES);
      net.prepare(sigmas.map((sigma) => ({ sigma, x: 0, out: stride, guidance })));
      const found: Float32Array[] = [];
      for (const k of sigmas.keys()) {
        throwIfCancelled(signal);
        ctx.device.queue.writeBuffer(arena, 0, input(k, found[k - 1] ?? null));
        for (let i = 0; i < net.pieces(k); i++) {
          const encoder = ctx.device.createCommandEncoder();
          const pass = encoder.beginComputePass();
          net.encodePiece(pass, k, i);
          pass.end();
          ctx.submit(encoder.finish());
        }
        found.push(await readFloats(ctx, arena, 4 * stride, dim));
      }
      return found;
    } finally {
      net.destroy();
    }
  } finally {
    if (arena) ctx.buffers.destroy(arena);
    if (!given) weights.destroy();
  }
}
