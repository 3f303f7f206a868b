// What a GGUF file keeps of tokenizers other than byte-level BPE, rewritten as the steps of a tokenizer.json.
import { publishedModels } from './architectures/index.ts';
import { FormatError, shown } from './error.ts';
import type { GgufValue } from './gguf.ts';
import type { Json } from './json.ts';

const hint = `Choose a GGUF file of a ${publishedModels} model, converted with a current llama.cpp.`;
export const fault = (message: string) => new FormatError(message, hint);

/** llama.cpp's kinds of tokens. */
export const kind = { normal: 1, unknown: 2, control: 3, user: 4, unused: 5, byte: 6 } as const;
/** Most character comparisons for the merges of a vocabulary; Llama 2 needs about a million. */
const mostWork = 200_000_000;

export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly kinds: Int32Array | Uint32Array;
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

/** Model, normalizer, pre-tokenizer and decoder of a tokenizer.json. */
export type Pieces = Json;
/** The metadata under tokenizer.ggml. */
export interface Metadata {
  at(key: string): GgufValue | undefined;
  flag(key: string, otherwise: boolean): boolean;
  /** The token for characters that the vocabulary does not have, by its id in the file. */
  unknown(): string | null;
}

function scoresOf(scores: GgufValue | undefined, count: number): Float32Array {
  if (!(scores instanceof Float32Array))
    throw fault(`tokenizer.ggml.scores must be a list of float32 numbers, got ${shown(scores)}`);
  if (scores.length !== count) throw fault(`there are ${count} tokens but ${scores.length} scores`);
  if (scores.some(Number.isNaN)) throw fault('a score of the tokenizer is not a number');
  return scores;
}

/** SentencePiece's own normalizer where the file has more than the spaces of it; null for none. */
function ownNormalizer({ at, flag }: Metadata, removeExtraWhitespaces: boolean): Json | null {
  const map = at('precompiled_charsmap');
  if (map !== undefined && !(map instanceof Uint8Array || map instanceof Int8Array))
    throw fault(`tokenizer.ggml.precompiled_charsmap must be a list of bytes, got ${shown(map)}`);
  const remove = flag('remove_extra_whitespaces', removeExtraWhitespaces);
  if (!remove && (map === undefined || map.length === 0)) return null;
  return {
    type: 'SentencePiece',
    precompiled_charsmap: map === undefined || map.length === 0 ? null : base64(map),
    add_dummy_prefix: flag('add_space_prefix', true),
    remove_extra_whitespaces: remove,
  };
}
function base64(bytes: Uint8Array | Int8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 8192)
    parts.push(String.fromCharCode(...new Uint8Array(bytes.subarray(i, i + 8192))));
  return btoa(parts.join(''));
}

/** Spaces for ▁, bytes for byte pieces, without the space that was put before the text. */
function decoderOf(prefix: boolean): Json {
  const steps = [
    { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
  ];
  return {
    type: 'Sequence',
    decoders: prefix ? [...steps, { type: 'Strip', content: ' ', start: 1, stop: 0 }] : steps,
  };
}

/** SentencePiece's byte pairs: pieces with scores, unknown characters as bytes. */
export function sentencePiece(vocabulary: Vocabulary, file: Metadata): Pieces {
  const prefix = file.flag('add_space_prefix', true);
  const scores = scoresOf(file.at('scores'), vocabulary.tokens.length);
  const spaces = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const plain = prefix ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, spaces] } : spaces;
  return {
    model: {
      vocab: Object.fromEntries(vocabulary.ids),
      type: 'BPE',
      ignore_merges: false,
      merges: mergesOf(vocabulary, scores),
      byte_fallback: true,
      fuse_unk: true,
      unk_token: file.unknown(),
    },
    normalizer: ownNormalizer(file, false) ?? plain,
    pre_tokenizer: null,
    decoder: decoderOf(prefix),
  };
}

/** SentencePiece's Unigram, as T5 has it. */
export function scoredPieces({ tokens, kinds, ids }: Vocabulary, file: Metadata): Pieces {
  const scores = scoresOf(file.at('scores'), tokens.length);
  const named = file.unknown();
  const unknown = named === null ? kinds.indexOf(kind.unknown) : ids.get(named)!;
  if (unknown === -1) throw fault('the file names no token for unknown characters (tokenizer.ggml.unknown_token_id)');
  const prefix = file.flag('add_space_prefix', true);
  return {
    model: {
      type: 'Unigram',
      vocab: tokens.map((token, id) => [token, scores[id]!]),
      unk_id: unknown,
      byte_fallback: kinds.includes(kind.byte),
      unmatched: tokens.flatMap((_, id) => (kinds[id] === kind.normal ? [] : [id])),
    },
    normalizer: ownNormalizer(file, false) ?? {
      type: 'SentencePiece',
      add_dummy_prefix: prefix,
      remove_extra_whitespaces: false,
    },
    pre_tokenizer: null,
    decoder: decoderOf(prefix),
  };
}

/** BERT's own special tokens, which some converters write as any others. */
const bertNames: ReadonlySet<string> = new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);

/**
 * WordPiece. llama.cpp's converter marks the beginnings of words with ▁ instead of what goes on with ##, and leaves names
 * in brackets alone; this takes it back.
 */
export function wordPieces({ tokens, kinds }: Vocabulary, file: Metadata): { vocabulary: Vocabulary; pieces: Pieces } {
  const names = tokens.map((token) => {
    if (token.startsWith('▁')) return token.slice(1);
    return /^\[.*\]$/su.test(token) ? token : `##${token}`;
  });
  const ids = new Map<string, number>();
  names.forEach((name, id) => {
    const other = ids.get(name);
    if (other !== undefined) throw fault(`the tokens ${other} and ${id} are both ${shown(name)}`);
    ids.set(name, id);
  });
  const given = file.unknown();
  const unknown = given === null ? '[UNK]' : names[tokens.indexOf(given)]!;
  if (!ids.has(unknown)) throw fault('the file names no token for unknown words (tokenizer.ggml.unknown_token_id)');
  const lowercase = file.flag('normalizer.lowercase', true);
  return {
    vocabulary: {
      tokens: names,
      ids,
      kinds: Int32Array.from(names, (name, id) => (bertNames.has(name) ? kind.control : kinds[id]!)),
    },
    pieces: {
      model: {
        type: 'WordPiece',
        vocab: Object.fromEntries(ids),
        unk_token: unknown,
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
      },
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: file.flag('normalizer.strip_accents', lowercase),
        lowercase,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    },
  };
}
