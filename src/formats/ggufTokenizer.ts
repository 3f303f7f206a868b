import { shown } from './error.ts';
import type { GgufHeader, GgufValue } from './gguf.ts';
import { fault, kind, scoredPieces, sentencePiece, wordPieces, type Pieces, type Vocabulary } from './ggufPieces.ts';
import { byteLevel, preTokenizer } from './ggufPre.ts';
import type { Json } from './json.ts';

export { mergesOf } from './ggufPieces.ts';

/** What createTokenizer needs, as the model's original repository would have it. */
export interface GgufTokenizer {
  readonly tokenizerJson: Json;
  readonly tokenizerConfig: Json;
  readonly chatTemplate: string | null;
  /** Special tokens that the file names without having them, as sentences. */
  readonly notices: readonly string[];
}

/** 2³²−1: what llama.cpp writes for a special token that the model does not have. */
export const isNoToken = (id: unknown): boolean => id === 2 ** 32 - 1;
const tokenKeys: Readonly<Record<string, string>> = {
  bos_token_id: 'start token',
  cls_token_id: 'start token',
  seperator_token_id: 'end token',
  eos_token_id: 'end token',
  unknown_token_id: 'token for unknown characters',
};

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

/** Which tokens a kind of tokenizer puts around a text when the file does not say. */
interface Around {
  readonly start: boolean;
  readonly end: boolean;
}
const models: Readonly<Record<string, string>> = {
  gpt2: 'byte-level BPE',
  llama: 'SentencePiece BPE',
  t5: 'SentencePiece Unigram',
  bert: 'WordPiece',
};

/**
 * The tokenizer in a GGUF file's metadata, rewritten as tokenizer.json and tokenizer_config.json. Kinds: byte-level BPE
 * ("gpt2", with the pre-tokenizer that tokenizer.ggml.pre names), SentencePiece BPE with byte fallback ("llama"),
 * SentencePiece Unigram ("t5") and WordPiece ("bert").
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
  if (typeof model !== 'string' || !Object.hasOwn(models, model))
    throw fault(
      `the tokenizer ${shown(model)} is not supported; supported are ${Object.entries(models)
        .map(([name, what]) => `${name} (${what})`)
        .join(', ')}`,
    );
  const given = vocabularyOf(texts('tokens'), at('token_type'));
  const notices: string[] = [];
  const token = (key: string): string | null => {
    const id = at(key);
    if (id === undefined) return null;
    if (isNoToken(id)) {
      notices.push(`The file says that it has no ${tokenKeys[key]} (tokenizer.ggml.${key} is ${String(id)}).`);
      return null;
    }
    const text = typeof id === 'number' ? given.tokens[id] : undefined;
    if (text === undefined) {
      const got = shown(typeof id === 'bigint' ? String(id) : id);
      throw fault(`tokenizer.ggml.${key} is ${got}, not one of the ${given.tokens.length} tokens`);
    }
    return text;
  };

  const file = { at, flag, texts, unknown: () => token('unknown_token_id') };
  let vocabulary = given;
  let around: Around;
  let pieces: Pieces;
  if (model === 'gpt2') {
    const pre = preTokenizer(at('pre') ?? 'default');
    pieces = byteLevel(pre, given, texts('merges'));
    around = { start: pre.addStart ?? false, end: false };
  } else if (model === 'llama') {
    pieces = sentencePiece(given, file);
    around = { start: true, end: false };
  } else if (model === 't5') {
    pieces = scoredPieces(given, file);
    around = { start: false, end: true };
  } else {
    ({ vocabulary, pieces } = wordPieces(given, file));
    around = { start: true, end: true };
  }
  const { tokens, kinds } = vocabulary;
  // BERT's converter names the tokens around a text by what they are for.
  const named = (key: string, instead: string) => (at(key) === undefined && at(instead) !== undefined ? instead : key);
  const [startKey, endKey] = [named('bos_token_id', 'cls_token_id'), named('eos_token_id', 'seperator_token_id')];

  const own = (key: string, otherwise: string): string | null => {
    const id = at(key);
    const text = token(key);
    if (model !== 'bert') return text;
    return typeof id === 'number' && text !== null ? tokens[id]! : (tokens.find((t) => t === otherwise) ?? null);
  };
  const [start, end] = [own(startKey, '[CLS]'), own(endKey, '[SEP]')];
  const special = (text: string | null, key: string, switchedBy: string, otherwise: boolean): Json[] => {
    if (!flag(switchedBy, otherwise)) return [];
    if (text === null && isNoToken(at(key)) && at(switchedBy) === true)
      throw fault(
        `tokenizer.ggml.${switchedBy} asks for a token around every text, but tokenizer.ggml.${key} is ${String(at(key))}: none`,
      );
    return text === null ? [] : [{ SpecialToken: { id: text, type_id: 0 } }];
  };
  const surroundings = {
    before: special(start, startKey, 'add_bos_token', around.start),
    after: special(end, endKey, model === 'bert' ? 'add_sep_token' : 'add_eos_token', around.end),
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
        single: [...surroundings.before, { Sequence: { id: 'A', type_id: 0 } }, ...surroundings.after],
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
