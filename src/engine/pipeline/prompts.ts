/** Texts → what an image network reads of them. Encoders are loaded one after the other and freed before this returns. */
import { throwIfCancelled } from '../../core/cancel.ts';
import { assertClipFits, createClipTokenizer, type ClipText } from '../../formats/clip/tokenizer.ts';
import type { ClipTextConfig } from '../../formats/diffusers/clip.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { DiffusionModel, TextSide } from '../../hub/diffusionConfigs.ts';
import { ModelError, type ModelFiles } from '../../hub/files.ts';
import type { PartTensors } from '../../hub/partTensors.ts';
import { clipGraph, clipPooled, earlierState, pooledAt } from '../../models/diffusers/clip.ts';
import { withWeights } from '../../models/diffusers/prefetch.ts';
import { gpuRunner, openModelPart, type PipelineOptions, type Runner } from './parts.ts';

/** A text to encode. */
export interface PromptText {
  /** Null where nothing was typed: SDXL reads zeros then, where its model_index.json asks for it, and "" elsewhere. */
  readonly text: string | null;
  /** Layers before the one that the model usually reads, as `clip_skip` of diffusers; 0 unless given. */
  readonly skip?: number;
}

/** What an image network reads of a text. */
export interface Prompt {
  /** What the first encoder was given: its ids, and what did not fit. */
  readonly text: ClipText;
  /** The same of every encoder, in their order. */
  readonly texts: readonly ClipText[];
  /** (tokens, width), the encoders' states beside one another. */
  readonly states: Float32Array;
  /** The pooled embedding of the last encoder, where the network is told it. */
  readonly pooled: Float64Array | null;
  /** Nothing was typed, and zeros stand for it. */
  readonly zeros: boolean;
}

/**
 * A prompt and its negative as diffusers' pipelines take them: an empty negative is none, and `clip_skip` counts for
 * the prompt alone (other interfaces skip in both: give the second text its own `skip` then).
 */
export const promptPair = (prompt: string, negative: string, skip = 0): readonly [PromptText, PromptText] => [
  { text: prompt, skip },
  { text: negative.trim() === '' ? null : negative },
];

/**
 * Where in an encoder a model reads: layers before the last, and whether the final norm follows. Networks with one
 * encoder read the last layer, normed, `skip` layers earlier where asked. SDXL (https://arxiv.org/abs/2307.01952,
 * section 2.1) reads the layer before the last of both, as it is.
 */
export function readingOf(encoders: number, skip: number): { readonly skip: number; readonly normed: boolean } {
  return encoders === 1 ? { skip, normed: true } : { skip: skip + 1, normed: false };
}

export async function encodePrompts(
  ctx: GpuContext,
  files: ModelFiles,
  model: DiffusionModel,
  prompts: readonly (string | PromptText)[],
  options: PipelineOptions,
): Promise<readonly Prompt[]> {
  return encodeWith(gpuRunner(ctx, options), files, model, prompts, options.signal);
}

/** The same wherever the encoders are run. ModelError for what the model cannot read, FormatError for broken files. */
export async function encodeWith(
  runner: Runner,
  files: ModelFiles,
  model: DiffusionModel,
  prompts: readonly (string | PromptText)[],
  signal: AbortSignal,
): Promise<readonly Prompt[]> {
  const { texts: sides, network } = model;
  if (sides.length === 0)
    throw new ModelError(
      `${files.title} reads no text.`,
      'Leave the prompt out, or choose a model with a text encoder.',
    );
  const asked = prompts.map((p): PromptText => (typeof p === 'string' ? { text: p } : p));
  assertSkips(files.title, sides, asked);
  const silent = model.files.index?.zerosForEmptyPrompt === true && sides.length > 1;
  const pools = network.model === 'UNet2DConditionModel' && network.addition !== null;
  const encoded: (readonly Encoded[])[] = [];
  for (const [i, side] of sides.entries()) {
    throwIfCancelled(signal);
    const tensors = await openModelPart(files, model, side.part, signal);
    const pooled = pools && i === sides.length - 1;
    encoded.push(await encodeSide(runner, side, tensors, asked, { encoders: sides.length, pooled }, signal));
  }
  const counts = new Set(encoded.map(([first]) => first?.text.ids.length));
  if (counts.size > 1)
    throw new ModelError(
      `The tokenizers of ${files.title} make ${[...counts].join(' and ')} tokens of a prompt; they must make as many.`,
      'Take all parts from one repository and revision.',
    );
  return asked.map(({ text }, k) => {
    const own = encoded.map((of) => of[k]!);
    const zeros = silent && text === null;
    const states = besideOneAnother(own);
    const pooled = own.at(-1)!.pooled;
    return {
      text: own[0]!.text,
      texts: own.map((e) => e.text),
      states: zeros ? new Float32Array(states.length) : states,
      pooled: zeros && pooled ? new Float64Array(pooled.length) : pooled,
      zeros,
    };
  });
}

interface Encoded {
  readonly text: ClipText;
  readonly width: number;
  /** (tokens, width). */
  readonly states: ArrayLike<number>;
  readonly pooled: Float64Array | null;
}

function assertSkips(title: string, sides: readonly TextSide[], asked: readonly PromptText[]): void {
  const layers = Math.min(...sides.map(({ config }) => config.layers));
  const most = layers - 1 - readingOf(sides.length, 0).skip;
  for (const { skip = 0 } of asked)
    if (!(Number.isInteger(skip) && skip >= 0 && skip <= most))
      throw new ModelError(
        `${title} cannot skip ${skip} layers of its text encoder, which has ${layers}.`,
        `Skip a whole number of layers from 0 to ${most}.`,
      );
}

/** One encoder over all texts: it is loaded once. */
async function encodeSide(
  runner: Runner,
  side: TextSide,
  tensors: PartTensors,
  asked: readonly PromptText[],
  { encoders, pooled }: { readonly encoders: number; readonly pooled: boolean },
  signal: AbortSignal,
): Promise<readonly Encoded[]> {
  const { config } = side;
  const tokenizer = createClipTokenizer(side.tokenizer, config.positions);
  assertClipFits(tokenizer, config);
  const readings = asked.map(({ skip = 0 }) => readingOf(encoders, skip));
  const normal = readingOf(encoders, 0);
  const also = [...new Set(readings.map(({ skip }) => skip).filter((skip) => skip !== normal.skip))];
  const graph = clipGraph(config, { texts: 1, tokens: tokenizer.length }, { ...normal, also });
  const network = await runner(graph, tensors);
  try {
    const out: Encoded[] = [];
    for (const [k, { text }] of asked.entries()) {
      throwIfCancelled(signal);
      const read = tokenizer.encode(text ?? '');
      const ids = [...read.ids];
      const outputs = await network.run({ tokens: await tokenRows(config, tensors, ids) });
      const { skip } = readings[k]!;
      const states = outputs.get(skip === normal.skip ? 'state' : earlierState(skip))!;
      const last = pooled ? outputs.get('last')! : null;
      out.push({ text: read, width: config.width, states, pooled: last && (await pool(config, tensors, ids, last)) });
    }
    return out;
  } finally {
    network.destroy();
  }
}

/** Token and position rows, added: (tokens, width). Only the rows of the text are read. */
async function tokenRows(
  { vocab, width, positions }: ClipTextConfig,
  tensors: PartTensors,
  ids: readonly number[],
): Promise<Float32Array> {
  const [tokens, places] = await Promise.all([
    tensors.rows('embeddings.token_embedding.weight', vocab, width, ids),
    tensors.rows('embeddings.position_embedding.weight', positions, width, [...ids.keys()]),
  ]);
  return tokens.map((v, i) => v + places[i]!);
}

/** The projection is one product of a matrix and a vector: made on the processor, in float64. */
function pool(
  config: ClipTextConfig,
  tensors: PartTensors,
  ids: readonly number[],
  last: ArrayLike<number>,
): Promise<Float64Array> {
  const { width } = config;
  const at = pooledAt(config, ids) * width;
  const row = Float64Array.from({ length: width }, (_, c) => last[at + c]!);
  return withWeights((weights) => clipPooled(config, row, weights), tensors);
}

/** States of several encoders, token by token, in the order of the encoders. */
function besideOneAnother(own: readonly Encoded[]): Float32Array {
  const tokens = own[0]!.text.ids.length;
  const width = own.reduce((n, e) => n + e.width, 0);
  const out = new Float32Array(tokens * width);
  let at = 0;
  for (const e of own) {
    for (let t = 0; t < tokens; t++)
      for (let c = 0; c < e.width; c++) out[t * width + at + c] = e.states[t * e.width + c]!;
    at += e.width;
  }
  return out;
}
