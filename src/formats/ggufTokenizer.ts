import { publishedModels } from './architectures/index.ts';
import { FormatError, shown } from './error.ts';
import type { GgufHeader, GgufValue } from './gguf.ts';
import type { Json } from './json.ts';
import { gpt2Pattern } from './tokenPattern.ts';

/** What createTokenizer needs, as the model's original repository would have it. */
export interface GgufTokenizer {
  readonly tokenizerJson: Json;
  readonly tokenizerConfig: Json;
  readonly chatTemplate: string | null;
  /** Special tokens that the file names without having them, as sentences. */
  readonly notices: readonly string[];
}

const hint = `Choose a GGUF file of a ${publishedModels} model, converted with a current llama.cpp.`;
const fault = (message: string) => new FormatError(message, hint);

/** Words, runs of at most `digits` digits, signs, line ends, spaces: the split of Llama 3 (3 digits) and Qwen 2 (1). */
const modern = (digits: string): string =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
interface Pre {
  readonly patterns: readonly string[];
  readonly nfc?: true;
  readonly ignoreMerges?: true;
  readonly addStart?: true;
}
const gpt2: Pre = { patterns: [gpt2Pattern] };
const digitsFirst: Pre = { patterns: ['\\p{N}', gpt2Pattern] };
const llama3: Pre = { patterns: [modern('\\p{N}{1,3}')], ignoreMerges: true, addStart: true };
const qwen2: Pre = { patterns: [modern('\\p{N}')], nfc: true };
/** Pre-tokenizers by llama.cpp's name (`tokenizer.ggml.pre`), each a sequence of splits. */
const pres: Readonly<Record<string, Pre>> = {
  'gpt-2': gpt2,
  olmo: gpt2,
  mpt: gpt2,
  smollm: digitsFirst,
  starcoder: digitsFirst,
  refact: digitsFirst,
  'command-r': digitsFirst,
  codeshell: digitsFirst,
  'llama-bpe': llama3,
  llama3,
  'llama-v3': llama3,
  'smaug-bpe': { patterns: llama3.patterns },
  dbrx: { patterns: llama3.patterns },
  qwen2,
  stablelm2: { patterns: qwen2.patterns },
  'deepseek-r1-qwen': qwen2,
  default: { patterns: ['[\\p{P}\\$\\+<=>\\^~\\|]+', gpt2Pattern, '\\p{N}+', '[0-9][0-9][0-9]'] },
};

/** 2³²−1: what llama.cpp writes for a special token that the model does not have. */
export const isNoToken = (id: unknown): boolean => id === 2 ** 32 - 1;
const tokenKeys: Readonly<Record<string, string>> = {
  bos_token_id: 'start token',
  eos_token_id: 'end token',
  unknown_token_id: 'token for unknown characters',
};

/** llama.cpp's kinds of tokens. */
const kind = { normal: 1, unknown: 2, control: 3, user: 4 } as const;
/** Most character comparisons for the merges of a vocabulary; Llama 2 needs about a million. */
const mostWork = 200_000_000;

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly kinds: ArrayLike<number>;
  readonly ids: ReadonlyMap<string, number>;
}

/**
 * The merges of a SentencePiece byte-pair vocabulary, which GGUF does not store: every way to split a piece into two
 * pieces, the best score first (then the longer left, then the longer right part), which is the order that
 * transformers' converter gives them.
 */
export function mergesOf({ tokens, kinds, ids }: Vocabulary, scores: ArrayLike<number>): [string, string][] {
  const merges: { pair: [string, string]; score: number; left: number; right: number }[] = [];
  let work = 0;
  tokens.forEach((token, id) => {
    if (kinds[id] !== kind.normal) return;
    const ends = [0]; // where each character of the token ends
    for (const character of token) ends.push(ends.at(-1)! + character.length);
    work += ends.length ** 2;
    if (work > mostWork) throw fault("the tokenizer's pieces are too long and too many to find their merges");
    const found: { pair: [string, string]; score: number; left: number; right: number; order: [number, number] }[] = [];
    for (let k = 1; k < ends.length - 1; k++) {
      const pair: [string, string] = [token.slice(0, ends[k]), token.slice(ends[k])];
      const [a, b] = [ids.get(pair[0]), ids.get(pair[1])];
      if (a !== undefined && b !== undefined)
        found.push({ pair, score: scores[id]!, left: k, right: ends.length - 1 - k, order: [a, b] });
    }
    merges.push(...found.sort((p, q) => p.order[0] - q.order[0] || p.order[1] - q.order[1]));
  });
  return merges.sort((p, q) => q.score - p.score || q.left - p.left || q.right - p.right).map(({ pair }) => pair);
}

function vocabularyOf(texts: readonly string[] | null, kinds: GgufValue | undefined): Vocabulary {
  if (!texts || texts.length === 0) throw fault('the file has no tokens (tokenizer.ggml.tokens)');
  if (kinds !== undefined && !(kinds instanceof Int32Array || kinds instanceof Uint32Array))
    throw fault(`tokenizer.ggml.token_type must be a list of whole numbers, got ${shown(kinds)}`);
  if (kinds && kinds.length !== texts.length)
    throw fault(`there are ${texts.length} tokens but ${kinds.length} token types`);
  const ids = new Map<string, number>();
  texts.forEach((token, id) => {
    const other = ids.get(token);
    if (other !== undefined) throw fault(`the tokens ${other} and ${id} are both ${shown(token)}`);
    ids.set(token, id);
  });
  return { tokens: texts, kinds: kinds ?? new Int32Array(texts.length).fill(kind.normal), ids };
}

function preTokenizer(name: GgufValue): Pre {
  if (typeof name === 'string' && Object.hasOwn(pres, name)) return pres[name]!;
  throw fault(`the pre-tokenizer ${shown(name)} is not supported; supported are ${Object.keys(pres).join(', ')}`);
}

/**
 * The tokenizer in a GGUF file's metadata, rewritten as tokenizer.json and tokenizer_config.json. Kinds: byte-level BPE
 * ("gpt2", with the pre-tokenizer that tokenizer.ggml.pre names) and SentencePiece BPE with byte fallback ("llama").
 * FormatError for other kinds, unknown pre-tokenizers, and lists that are missing, of other lengths or kinds, or with
 * one token twice.
 */
export function ggufTokenizer(metadata: GgufHeader['metadata']): GgufTokenizer {
  const at = (key: string): GgufValue | undefined => metadata.get(`tokenizer.ggml.${key}`);
  const texts = (key: string): readonly string[] | null => {
    const value = at(key);
    if (value === undefined) return null;
    if (!Array.isArray(value)) throw fault(`tokenizer.ggml.${key} must be a list of texts, got ${shown(value)}`);
    return value as readonly string[];
  };
  const flag = (key: string, otherwise: boolean): boolean => {
    const value = at(key);
    if (value !== undefined && typeof value !== 'boolean')
      throw fault(`tokenizer.ggml.${key} must be true or false, got ${shown(value)}`);
    return value ?? otherwise;
  };
  const model = at('model');
  if (model !== 'gpt2' && model !== 'llama')
    throw fault(
      `the tokenizer ${shown(model)} is not supported; supported are gpt2 (byte-level BPE) and llama (SentencePiece BPE)`,
    );
  const vocabulary = vocabularyOf(texts('tokens'), at('token_type'));
  const { tokens, kinds } = vocabulary;
  const notices: string[] = [];
  const token = (key: string): string | null => {
    const id = at(key);
    if (id === undefined) return null;
    if (isNoToken(id)) {
      notices.push(`The file says that it has no ${tokenKeys[key]} (tokenizer.ggml.${key} is ${String(id)}).`);
      return null;
    }
    const text = typeof id === 'number' ? tokens[id] : undefined;
    if (text === undefined) {
      const given = shown(typeof id === 'bigint' ? String(id) : id);
      throw fault(`tokenizer.ggml.${key} is ${given}, not one of the ${tokens.length} tokens`);
    }
    return text;
  };

  const pre = model === 'llama' ? null : preTokenizer(at('pre') ?? 'default');
  const base = { vocab: Object.fromEntries(vocabulary.ids), type: 'BPE', ignore_merges: pre?.ignoreMerges ?? false };
  const pieces = pre
    ? byteLevel(pre, base, texts('merges'))
    : sentencePiece(base, vocabulary, at('scores'), token('unknown_token_id'), flag('add_space_prefix', true));
  if (!pre && (at('remove_extra_whitespaces') === true || at('precompiled_charsmap') !== undefined))
    throw fault('the tokenizer normalizes text by a table of its own, which is not supported');

  const [start, end] = [token('bos_token_id'), token('eos_token_id')];
  const special = (text: string | null, key: string, switchedBy: string, otherwise: boolean): Json[] => {
    if (!flag(switchedBy, otherwise)) return [];
    if (text === null && isNoToken(at(key)) && at(switchedBy) === true)
      throw fault(
        `tokenizer.ggml.${switchedBy} asks for a token around every text, but tokenizer.ggml.${key} is ${String(at(key))}: none`,
      );
    return text === null ? [] : [{ SpecialToken: { id: text, type_id: 0 } }];
  };
  const around = {
    before: special(start, 'bos_token_id', 'add_bos_token', !pre || (pre.addStart ?? false)),
    after: special(end, 'eos_token_id', 'add_eos_token', false),
  };
  const template = metadata.get('tokenizer.chat_template');
  if (template !== undefined && typeof template !== 'string')
    throw fault(`tokenizer.chat_template must be a text, got ${shown(template)}`);
  return {
    tokenizerJson: {
      ...pieces,
      added_tokens: tokens.flatMap((content, id) =>
        kinds[id] === kind.control || kinds[id] === kind.user || kinds[id] === kind.unknown
          ? [{ id, content, special: kinds[id] !== kind.user, normalized: false }]
          : [],
      ),
      post_processor: {
        type: 'TemplateProcessing',
        single: [...around.before, { Sequence: { id: 'A', type_id: 0 } }, ...around.after],
        special_tokens: Object.fromEntries(
          [start, end].flatMap((text) =>
            text === null ? [] : [[text, { id: text, ids: [vocabulary.ids.get(text)], tokens: [text] }]],
          ),
        ),
      },
    },
    tokenizerConfig: {
      bos_token: start,
      eos_token: end,
      ...(template === undefined ? {} : { chat_template: template }),
    },
    chatTemplate: template ?? null,
    notices,
  };
}

function byteLevel(pre: Pre, base: Json, merges: readonly string[] | null): Json {
  if (!merges) throw fault('the file has no merges (tokenizer.ggml.merges)');
  return {
    model: { ...base, merges },
    normalizer: pre.nfc ? { type: 'NFC' } : null,
    decoder: { type: 'ByteLevel' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        ...pre.patterns.map((Regex) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false })),
        { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
      ],
    },
  };
}

function sentencePiece(
  base: Json,
  vocabulary: Vocabulary,
  scores: GgufValue | undefined,
  unknown: string | null,
  prefix: boolean,
): Json {
  if (!(scores instanceof Float32Array))
    throw fault(`tokenizer.ggml.scores must be a list of float32 numbers, got ${shown(scores)}`);
  if (scores.length !== vocabulary.tokens.length)
    throw fault(`there are ${vocabulary.tokens.length} tokens but ${scores.length} scores`);
  if (scores.some(Number.isNaN)) throw fault('a score of the tokenizer is not a number');
  const spaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const steps = [
    { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
  ];
  return {
    model: { ...base, merges: mergesOf(vocabulary, scores), byte_fallback: true, fuse_unk: true, unk_token: unknown },
    normalizer: prefix ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, spaces] } : spaces,
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: prefix ? [...steps, { type: 'Strip', content: ' ', start: 1, stop: 0 }] : steps,
    },
  };
}
