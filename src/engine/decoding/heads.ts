// What is known of a model before its weights are read: configuration, tensor table, tokenizer, chat template, card.
import { architectureOf } from '../../formats/architectures/index.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import { joinCheckpoints } from '../../formats/checkpoint.ts';
import { FormatError } from '../../formats/error.ts';
import { parseConfigJson } from '../../formats/configJson.ts';
import { ggufConfig, ropeFactorsEntry } from '../../formats/ggufConfig.ts';
import { dequantise } from '../../formats/ggufDequantise.ts';
import { generationEnds } from '../../formats/generationConfig.ts';
import { parseGgufHeader, type GgufHeader } from '../../formats/gguf.ts';
import { ggufLimits, NeedMoreBytes } from '../../formats/ggufCursor.ts';
import { joinHeaders, shardOf, shardsOf } from '../../formats/ggufSplit.ts';
import { ggufTokenizer } from '../../formats/ggufTokenizer.ts';
import { parseObject } from '../../formats/json.ts';
import { checkIndex, parseSafetensorsHeader, parseSafetensorsIndex } from '../../formats/safetensors.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import { ModelError, readSmall, sizeOf, type ModelFiles } from '../../hub/files.ts';

export interface Heads {
  readonly config: TransformerConfig;
  readonly checkpoint: Checkpoint;
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
  readonly template: string | null;
  readonly card: Readonly<Record<string, unknown>> | null;
  /** What is odd about the files and was passed over, as sentences. */
  readonly notices: readonly string[];
}

const MB = 2 ** 20;
const text = new TextDecoder();

/** Reads the heads of a GGUF file, or of config.json with tokenizer.json and safetensors. */
export async function readHeads(files: ModelFiles, signal: AbortSignal): Promise<Heads> {
  const gguf = files.list.filter((f) => f.name.toLowerCase().endsWith('.gguf'));
  const [first] = gguf;
  const shards =
    first && shardOf(first.name)
      ? shardsOf(
          first.name,
          gguf.map((f) => f.name),
        )
      : [];
  if (gguf.length > Math.max(1, shards.length))
    throw new ModelError(
      `${files.title} holds ${gguf.length} GGUF files: ${gguf
        .slice(0, 6)
        .map((f) => f.name)
        .join(', ')}${gguf.length > 6 ? ', …' : ''}.`,
      'Name the one to read.',
    );
  if (!first) return readTransformers(files, signal);
  return readGguf(files, shards.length > 0 ? shards : [first.name], signal);
}

async function readHeader(files: ModelFiles, name: string, signal: AbortSignal): Promise<GgufHeader> {
  const size = sizeOf(files, name)!;
  for (let want = Math.min(size, MB); ;) {
    try {
      return parseGgufHeader(await files.read(name, 0, want, signal), size);
    } catch (error) {
      if (!(error instanceof NeedMoreBytes) || want >= size || want >= ggufLimits.headerBytes) throw error;
      want = Math.min(size, ggufLimits.headerBytes, Math.max(2 * want, error.bytes));
    }
  }
}

/** A model in one file or in several, given in order. */
async function readGguf(files: ModelFiles, names: readonly string[], signal: AbortSignal): Promise<Heads> {
  const headers: GgufHeader[] = [];
  for (const name of names) headers.push(await readHeader(files, name, signal));
  const header = joinHeaders(headers, names);
  const fileOf = new Map(headers.flatMap((h, i) => h.tensors.map((t) => [t.name, names[i]!] as const)));
  const factors = ropeFactorsEntry(header);
  let values: Float32Array | null = null;
  if (factors) {
    const count = factors.shape.reduce((n, d) => n * d, 1);
    values = new Float32Array(count);
    dequantise(
      factors.dtype,
      await files.read(fileOf.get(factors.name)!, factors.begin, factors.end, signal),
      count,
      values,
    );
  }
  const { tokenizerJson, tokenizerConfig, chatTemplate, notices } = ggufTokenizer(header.metadata);
  return {
    config: ggufConfig(header, values),
    checkpoint: {
      files: names.map((name) => ({ name, bytes: sizeOf(files, name)! })),
      tensors: new Map(header.tensors.map((t) => [t.name, { ...t, file: fileOf.get(t.name)! }])),
    },
    tokenizer: tokenizerJson,
    tokenizerConfig,
    template: chatTemplate ?? null,
    card: null,
    notices,
  };
}

/** That a model cannot be read for want of a file; nobody thinks of one picture as of something that holds files. */
function missing({ source, title, list }: ModelFiles, name: string): string {
  const names = list.slice(0, 8).map((f) => f.name);
  const all = names.join(', ') + (list.length > names.length ? ', …' : '');
  if (source.from !== 'file') return `${title} has no ${name}; its files are ${all || 'none at all'}.`;
  return list.some((f) => /\.(safetensors|gguf|json|jinja)$/i.test(f.name))
    ? `${name} is not among the files chosen: ${all}.`
    : `${all}: no file of a model.`;
}

async function readTransformers(files: ModelFiles, signal: AbortSignal): Promise<Heads> {
  const need = async (name: string, most: number) => {
    const bytes = await readSmall(files, name, most, signal);
    if (!bytes)
      throw new ModelError(
        missing(files, name),
        'A model is config.json, tokenizer.json and *.safetensors together, or one GGUF file.',
      );
    return bytes;
  };
  const json = (bytes: Uint8Array, what: string) =>
    parseObject(bytes, { what, depth: 64, hint: 'Take the file from the model’s original repository.' });
  const config = parseConfigJson(await need('config.json', 4 * MB));
  const generation = await readSmall(files, 'generation_config.json', MB, signal);
  const ends = generation ? generationEnds(generation, config.vocab) : [];
  const tokenizer = json(await need('tokenizer.json', 64 * MB), 'tokenizer.json');
  const settings = await readSmall(files, 'tokenizer_config.json', 16 * MB, signal);
  const tokenizerConfig = settings ? json(settings, 'tokenizer_config.json') : {};
  const jinja = await readSmall(files, 'chat_template.jinja', MB, signal);
  const card = await readSmall(files, 'card.json', MB, signal);
  const configured = tokenizerConfig.chat_template;
  const fallback = typeof configured === 'string' ? configured : null;
  const template = jinja ? text.decode(jinja) : fallback;
  const checkpoint = await readCheckpoint(files, signal);
  const { within } = architectureOf(config.architecture);
  const beside = within !== undefined && [...checkpoint.tensors.keys()].some((name) => within.rest.test(name));
  return {
    config: { ...config, endTokens: [...new Set([...config.endTokens, ...ends])] },
    checkpoint,
    tokenizer,
    tokenizerConfig,
    template,
    card: card ? json(card, 'card.json') : null,
    notices: beside ? [within.notice] : [],
  };
}

async function readCheckpoint(files: ModelFiles, signal: AbortSignal): Promise<Checkpoint> {
  const index = await readSmall(files, 'model.safetensors.index.json', 16 * MB, signal);
  const shards = index ? parseSafetensorsIndex(index) : null;
  const names = shards
    ? [...new Set(shards.values())]
    : files.list.filter((f) => f.name.endsWith('.safetensors')).map((f) => f.name);
  if (names.length === 0)
    throw new ModelError(
      `${files.title} has no .safetensors file.`,
      'Other weight files (.bin, .pt, .onnx) are not read: they may hold code, or need another engine. Choose a repository with safetensors or GGUF.',
    );
  if (!shards && names.length > 1)
    throw new ModelError(
      `${files.title} has ${names.length} .safetensors files but no model.safetensors.index.json.`,
      'Add the index, which says what lies where.',
    );
  const checkpoint = joinCheckpoints(await Promise.all(names.map((name) => readTable(files, name, signal))));
  if (shards) checkIndex(shards, checkpoint);
  return checkpoint;
}

async function readTable(files: ModelFiles, name: string, signal: AbortSignal): Promise<Checkpoint> {
  const size = sizeOf(files, name);
  if (size === undefined)
    throw new ModelError(`${files.title} lacks ${name}, which its index names.`, 'Take all shards of the model.');
  if (size < 8) throw new ModelError(`${name} has ${size} bytes: it is cut short.`, 'Load the file again.');
  const first = await files.read(name, 0, Math.min(size, 64 * 1024), signal);
  const length = Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true)) + 8;
  const head =
    length <= first.length || length > size || length > 128 * MB ? first : await files.read(name, 0, length, signal);
  try {
    return parseSafetensorsHeader(head, size, name);
  } catch (error) {
    const start = text.decode(first.subarray(0, 4));
    if (start === 'GGUF')
      throw new ModelError(
        `${name} is a GGUF file under another name.`,
        'Rename it so that it ends in .gguf, and load it without the other files.',
      );
    if (start.startsWith('<'))
      throw new ModelError(
        `${name} is a web page, not weights.`,
        'Its host may have answered with a page about an error: download the file again.',
      );
    throw error instanceof FormatError ? new FormatError(`${name}: ${error.message}`, error.hint) : error;
  }
}
