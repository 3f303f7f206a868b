/**
 * What the cases of a language model share: its files, a greedy text by the float64 reference, and the logits behind
 * it.
 */
import { CpuWeights } from '../../../src/engine/decoding/cpuSession.ts';
import type { ModelFiles } from '../../../src/hub/files.ts';
import { loadModel, type LoadedWeights } from '../../../src/engine/decoding/load.ts';
import type { TransformerConfig } from '../../../src/formats/transformerConfig.ts';
import type { GpuContext } from '../../../src/gpu/device.ts';
import { createTransformerReference } from '../../../src/models/networks/transformer.ts';
import type { Host } from '../types.ts';
import { MODELS } from './exported.ts';

/** Tokens behind the decoded one, and how many are decoded before the cache goes back to that length. */
export const BEHIND = 64;
export const CYCLE = 16;
/** Tokens written after the prompt. */
export const WRITTEN = 16;

export interface TextInputs {
  readonly id: string;
  readonly config: TransformerConfig;
  /** Length of the prompt. */
  readonly prompt: number;
  /** The prompt and what the reference writes after it, BEHIND + CYCLE + 1 tokens in all. */
  readonly tokens: readonly number[];
  /** Of the reference, after each of `tokens` from the last of the prompt on. */
  readonly logits: readonly Float64Array[];
  /** Multiplications and additions of the matrices, of one token. */
  readonly parameters: number;
  readonly files: ModelFiles;
}

/** The first of the largest: how every engine here chooses. */
export function largest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

/** The weights in float32: the peers compute with no others. */
export const load = (ctx: GpuContext | null, files: ModelFiles, owner: string): Promise<LoadedWeights> =>
  loadModel(ctx, files, { format: 'f32', owner, progress: () => undefined, signal: new AbortController().signal });

const NAMES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];

/** A folder of public/models as the app's loader reads one. */
async function filesOf(host: Host, id: string): Promise<ModelFiles> {
  const held = new Map(
    await Promise.all(NAMES.map(async (name) => [name, await host.file(`${MODELS}/${id}/${name}`)] as const)),
  );
  return {
    source: { from: 'file', name: id },
    title: id,
    got: { network: 0, store: 0 },
    list: [...held].map(([name, bytes]) => ({ name, bytes: bytes.length })),
    read: (name, begin, end) => Promise.resolve(held.get(name)!.slice(begin, end)),
    close: () => Promise.resolve(),
  };
}

/** `text` is the prompt. RangeError when float32 could not be held to the reference's choices. */
export async function textInputs(host: Host, id: string, text: string): Promise<TextInputs> {
  const files = await filesOf(host, id);
  const { config, tokenizer, weights } = await load(null, files, id);
  if (!(weights instanceof CpuWeights)) throw new Error('without a device the weights are on the processor');
  const tokens = tokenizer.encode(text);
  const prompt = tokens.length;
  const model = createTransformerReference(config, weights.arrays);
  const state = model.start();
  const logits: Float64Array[] = [model.forward(state, tokens, { last: true }).logits[0]!];
  while (tokens.length <= BEHIND + CYCLE) {
    const last = logits.at(-1)!;
    const best = largest(last);
    const second = last.reduce((m, v, i) => (i !== best && v > m ? v : m), -Infinity);
    if (last[best]! - second < 2 * LOGIT_ERROR)
      throw new RangeError(
        `token ${tokens.length} of the text of ${id} is decided by ${last[best]! - second}: take another prompt`,
      );
    tokens.push(best);
    logits.push(model.forward(state, [best]).logits[0]!);
  }
  return { id, config, prompt, tokens, logits, parameters: weights.parameters, files };
}

/** Largest error of a logit that passes; the logits are of the order of 10, float32 is off by about 2e-5. */
export const LOGIT_ERROR = 1e-3;
