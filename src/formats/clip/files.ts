// A CLIP tokenizer from the files that repositories carry: vocab.json with merges.txt, or tokenizer.json alone.
import { FormatError, shown } from '../error.ts';
import { isObject, parseObject, type Json } from '../json.ts';
import { WORD_END } from './bytePairs.ts';

export const hint =
  "Take vocab.json, merges.txt, tokenizer_config.json and special_tokens_map.json from the folder of the model's own tokenizer.";
export const fault = (message: string) => new FormatError(message, hint);
const most = { tokens: 2 ** 20, merges: 2 ** 20, bytes: 32 * 2 ** 20, positions: 4096 };

/** The files by their names; `vocab` and `merges`, or `tokenizer`, are needed. */
export interface ClipTokenizerFiles {
  readonly vocab?: Uint8Array;
  readonly merges?: Uint8Array;
  readonly tokenizer?: Uint8Array;
  readonly config?: Uint8Array;
  readonly specials?: Uint8Array;
}

export interface Added {
  readonly id: number;
  readonly content: string;
  /** It is looked for in the text as CLIP reads it, not as it was typed. */
  readonly normalised: boolean;
}
export interface ClipVocabulary {
  readonly vocab: ReadonlyMap<string, number>;
  readonly merges: readonly (readonly [string, string])[];
  readonly start: string;
  readonly end: string;
  readonly pad: string;
  readonly unknown: string;
  readonly added: readonly Added[];
  /** Ids of a text with its ends, as the file states; null where it states none. */
  readonly length: number | null;
}

const parsed = (bytes: Uint8Array, what: string): Json => {
  if (bytes.length > most.bytes) throw fault(`${what} has ${bytes.length} bytes; at most ${most.bytes} are read`);
  return parseObject(bytes, { what, depth: 16, hint, python: true });
};

function vocabOf(value: unknown, what: string): Map<string, number> {
  if (!isObject(value)) throw fault(`${what} must map tokens to ids, got ${shown(value)}`);
  const entries = Object.entries(value);
  if (entries.length === 0 || entries.length > most.tokens)
    throw fault(`${what} has ${entries.length} tokens; 1 to ${most.tokens} are expected`);
  const odd = entries.find(([, id]) => !Number.isInteger(id) || (id as number) < 0 || (id as number) >= most.tokens);
  if (odd) throw fault(`${what}: the id of ${shown(odd[0])} must be a whole number, got ${shown(odd[1])}`);
  return new Map(entries as [string, number][]);
}

function pairOf(merge: unknown, i: number): readonly [string, string] {
  const listed: readonly unknown[] = Array.isArray(merge) ? merge : [];
  const pair = typeof merge === 'string' ? merge.split(' ') : listed;
  const [a, b] = pair;
  if (pair.length !== 2 || typeof a !== 'string' || typeof b !== 'string' || a === '' || b === '')
    throw fault(`merge ${i} must be two tokens, got ${shown(merge)}`);
  return [a, b];
}

function mergesOf(bytes: Uint8Array): (readonly [string, string])[] {
  if (bytes.length > most.bytes) throw fault(`merges.txt has ${bytes.length} bytes; at most ${most.bytes} are read`);
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  return lines.filter((line, i) => line !== '' && !(i === 0 && line.startsWith('#version'))).map(pairOf);
}

/** The steps of tokenizer.json that CLIP's own code would make; any other file is another tokenizer. */
function assertClip(file: Json): void {
  const typesOf = (value: unknown, key: string): Json[] => {
    if (!isObject(value)) return [];
    return Array.isArray(value[key]) ? (value[key] as unknown[]).flatMap((v) => typesOf(v, key)) : [value];
  };
  const names = (value: unknown, key: string) =>
    typesOf(value, key)
      .map((step) => String(step['type']))
      .join(', ');
  const model = isObject(file['model']) ? file['model'] : {};
  const expect = (what: string, got: unknown, wanted: unknown) => {
    if (got !== wanted) throw fault(`${what} of tokenizer.json is ${shown(got)}; CLIP's is ${shown(wanted)}`);
  };
  expect('the model', model['type'] ?? 'BPE', 'BPE');
  expect('the end of a word', model['end_of_word_suffix'], WORD_END);
  expect('the normalizer', names(file['normalizer'], 'normalizers'), 'NFC, Replace, Lowercase');
  expect('the pre-tokenizer', names(file['pre_tokenizer'], 'pretokenizers'), 'Split, ByteLevel');
  const split = typesOf(file['pre_tokenizer'], 'pretokenizers')[0]!;
  const pattern = isObject(split['pattern']) ? split['pattern']['Regex'] : undefined;
  // Some files name the special tokens in the pattern too; they are found before it is used.
  const plain = typeof pattern === 'string' ? pattern.replace('<\\|startoftext\\|>|<\\|endoftext\\|>|', '') : pattern;
  expect('the pattern', plain, String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`);
}

const addedOf = (value: unknown, id: unknown): Added => {
  const token = isObject(value) ? value : {};
  const content = token['content'];
  if (typeof content !== 'string' || content === '' || !Number.isInteger(id))
    throw fault(`an added token must have an id and a text, got ${shown(value)}`);
  for (const key of ['lstrip', 'rstrip', 'single_word'])
    if (token[key] === true) throw fault(`the added token ${shown(content)} has ${key}, which is not supported`);
  return { id: id as number, content, normalised: token['normalized'] === true };
};

/** A token as a configuration names it: its text, or an object with it. */
function named(value: unknown, key: string): { content: string; normalised: boolean } | null {
  if (value === undefined || value === null) return null;
  const content = isObject(value) ? value['content'] : value;
  if (typeof content !== 'string' || content === '') throw fault(`${key} must be a token's text, got ${shown(value)}`);
  return { content, normalised: isObject(value) && value['normalized'] === true };
}

function lengthOf(config: Json): number | null {
  const value = config['model_max_length'];
  // Python writes 10³⁰ where nobody said.
  if (typeof value !== 'number' || value > 1e9) return null;
  if (!Number.isInteger(value) || value < 2 || value > most.positions)
    throw fault(`model_max_length must be a whole number from 2 to ${most.positions}, got ${shown(value)}`);
  return value;
}

/** Reads the files. FormatError names what is missing or is not CLIP's. */
export function readClipFiles(files: ClipTokenizerFiles): ClipVocabulary {
  const config = files.config ? parsed(files.config, 'tokenizer_config.json') : {};
  const specials = files.specials ? parsed(files.specials, 'special_tokens_map.json') : {};
  let vocab: Map<string, number>;
  let merges: (readonly [string, string])[];
  let added: Added[] = [];
  if (files.vocab && files.merges) {
    vocab = vocabOf(parsed(files.vocab, 'vocab.json'), 'vocab.json');
    merges = mergesOf(files.merges);
    const listed = isObject(config['added_tokens_decoder']) ? config['added_tokens_decoder'] : {};
    added = Object.entries(listed).map(([id, token]) => addedOf(token, Number(id)));
  } else if (files.tokenizer) {
    const file = parsed(files.tokenizer, 'tokenizer.json');
    assertClip(file);
    const model = file['model'] as Json;
    vocab = vocabOf(model['vocab'], 'the vocabulary of tokenizer.json');
    if (!Array.isArray(model['merges'])) throw fault(`merges must be a list, got ${shown(model['merges'])}`);
    merges = (model['merges'] as unknown[]).map(pairOf);
    const listed: unknown[] = Array.isArray(file['added_tokens']) ? (file['added_tokens'] as unknown[]) : [];
    added = listed.map((token) => addedOf(token, isObject(token) ? token['id'] : undefined));
  } else throw fault('the tokenizer needs vocab.json and merges.txt, or tokenizer.json');
  if (merges.length > most.merges) throw fault(`there are ${merges.length} merges; at most ${most.merges} are read`);
  const odd = merges.findIndex(([a, b]) => !vocab.has(a + b));
  if (odd >= 0) throw fault(`merge ${odd} makes ${shown(merges[odd]!.join(''))}, which the vocabulary does not have`);

  for (const { content, id } of added) {
    if ((vocab.get(content) ?? id) !== id)
      throw fault(`the token ${shown(content)} has the ids ${vocab.get(content)} and ${id}`);
    vocab.set(content, id);
  }
  // Files of transformers 4.33 and later say all in tokenizer_config.json; before, the map had the last word.
  const ranked = isObject(config['added_tokens_decoder']) ? [config, specials] : [specials, config];
  const special = (key: string, otherwise: string): string => {
    const token = ranked.map((at) => named(at[key], key)).find((v) => v !== null) ?? {
      content: otherwise,
      normalised: false,
    };
    const id = vocab.get(token.content);
    if (id === undefined) throw fault(`${key} is ${shown(token.content)}, which the vocabulary does not have`);
    if (!added.some((a) => a.content === token.content)) added.push({ id, ...token });
    return token.content;
  };
  return {
    vocab,
    merges,
    unknown: special('unk_token', '<|endoftext|>'),
    start: special('bos_token', '<|startoftext|>'),
    end: special('eos_token', '<|endoftext|>'),
    pad: special('pad_token', '<|endoftext|>'),
    added,
    length: lengthOf(config),
  };
}
