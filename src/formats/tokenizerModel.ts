// The model of a tokenizer.json, which makes ids of pieces: BPE, Unigram, WordPiece, WordLevel.
import { BPE } from '@huggingface/tokenizers';
import { shown } from './error.ts';
import { isObject, type Json } from './json.ts';
import { absent, fault, flag, list, object, text, tokenizerLimits, whole } from './tokenizerValues.ts';
import { unigram } from './unigram.ts';
import { wordPiece } from './wordPiece.ts';

export interface TokenizerModel {
  readonly vocab: ReadonlyMap<string, number>;
  /** Ids of one piece. */
  readonly model: (piece: string) => readonly number[];
}
/** Longest pieces that are looked for in a text, and longest words: both multiply the time by their length. */
const longest = { piece: 1024, word: 10_000 } as const;

/** The model, checked; FormatError for kinds and options that are not read. */
export function tokenizerModel(value: unknown): TokenizerModel {
  const model = object(value, "the tokenizer's model");
  const type = model['type'] ?? (isObject(model['vocab']) && Array.isArray(model['merges']) ? 'BPE' : undefined);
  switch (type) {
    case 'BPE':
      return bytePairs(model);
    case 'Unigram':
      return scored(model);
    case 'WordPiece':
      return words(model, (ids, unknown) =>
        wordPiece({
          ids,
          unknown,
          prefix: absent(model['continuing_subword_prefix'])
            ? '##'
            : text(model['continuing_subword_prefix'], 'continuing_subword_prefix'),
          longest: absent(model['max_input_chars_per_word']) ? 100 : longestWord(model['max_input_chars_per_word']),
        }),
      );
    case 'WordLevel':
      return words(model, (ids, unknown) => (word) => [ids.get(word) ?? unknown]);
    default:
      throw fault(`the tokenizer's model is ${shown(type)}; supported are BPE, Unigram, WordPiece and WordLevel`);
  }
}
function longestWord(value: unknown): number {
  const most = whole(value, 'max_input_chars_per_word');
  if (most > longest.word) throw fault(`max_input_chars_per_word is ${most}; at most ${longest.word} are read`);
  return most;
}

function vocabOf(value: unknown): Map<string, number> {
  const entries = Object.entries(object(value, 'the vocabulary'));
  return new Map(entries.map(([token, id]) => [text(token, 'a token'), whole(id, `the id of ${shown(token)}`)]));
}
/** The token for what the vocabulary does not have, which must be in it; null for none. */
function unknownToken(model: Json, vocab: ReadonlyMap<string, number>): string | null {
  const unk = absent(model['unk_token']) ? null : text(model['unk_token'], 'unk_token');
  if (unk !== null && !vocab.has(unk))
    throw fault(`the token for unknown characters, ${shown(unk)}, is not in the vocabulary`);
  return unk;
}

function words(
  model: Json,
  reader: (ids: ReadonlyMap<string, number>, unknown: number) => TokenizerModel['model'],
): TokenizerModel {
  const vocab = vocabOf(model['vocab']);
  const unk = unknownToken(model, vocab);
  if (unk === null) throw fault('the model names no token for unknown words (unk_token)');
  return { vocab, model: reader(vocab, vocab.get(unk)!) };
}

function bytePairs(model: Json): TokenizerModel {
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix'])
    if (!absent(model[key]) && model[key] !== '')
      throw fault(`the model's ${key} ${shown(model[key])} is not supported`);
  if (!absent(model['dropout']) && model['dropout'] !== 0)
    throw fault(`the model drops merges at random (dropout ${shown(model['dropout'])}), which is not supported`);
  const vocab = vocabOf(model['vocab']);
  const merges = list(model['merges'], 'the merges', tokenizerLimits.merges).map((merge, i): [string, string] => {
    const listed: readonly unknown[] = Array.isArray(merge) ? merge : [];
    const pair = typeof merge === 'string' ? merge.split(' ') : listed;
    const [a, b] = pair;
    if (pair.length !== 2 || typeof a !== 'string' || typeof b !== 'string')
      throw fault(`merge ${i} must be two tokens, got ${shown(merge)}`);
    if (!vocab.has(a) || !vocab.has(b) || !vocab.has(a + b))
      throw fault(`merge ${i} of ${shown(a)} and ${shown(b)} needs a token that the vocabulary does not have`);
    return [a, b];
  });
  const library = new BPE({
    type: 'BPE',
    vocab: model['vocab'],
    merges,
    unk_token: unknownToken(model, vocab),
    fuse_unk: flag(model['fuse_unk'], 'fuse_unk'),
    byte_fallback: flag(model['byte_fallback'], 'byte_fallback'),
    ignore_merges: flag(model['ignore_merges'], 'ignore_merges'),
  } as unknown as ConstructorParameters<typeof BPE>[0]);
  return { vocab, model: (piece) => library._call([piece]).flatMap((token) => vocab.get(token) ?? []) };
}

function scored(model: Json): TokenizerModel {
  const entries = list(model['vocab'], 'the vocabulary', tokenizerLimits.tokens).map((entry, id) => {
    const pair: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const [piece, score] = pair;
    if (pair.length !== 2 || typeof piece !== 'string' || typeof score !== 'number' || !Number.isFinite(score))
      throw fault(`piece ${id} must be a text with a score, got ${shown(entry)}`);
    if (piece.length > longest.piece)
      throw fault(`piece ${id} has ${piece.length} characters; at most ${longest.piece} are read`);
    return { piece, score };
  });
  const vocab = new Map<string, number>();
  entries.forEach(({ piece }, id) => {
    if (vocab.has(piece)) throw fault(`the tokens ${vocab.get(piece)} and ${id} are both ${shown(piece)}`);
    vocab.set(piece, id);
  });
  const unknown = absent(model['unk_id']) ? null : whole(model['unk_id'], 'unk_id');
  if (unknown === null || unknown >= entries.length)
    throw fault(`the model's piece for unknown characters is ${shown(model['unk_id'])}, none of its ${entries.length}`);
  // Not in a tokenizer.json: ggufPieces.ts names the pieces that no text becomes by its letters.
  const unmatched = absent(model['unmatched'])
    ? null
    : list(model['unmatched'], 'the unmatched pieces', tokenizerLimits.tokens).map((id) => whole(id, 'a piece'));
  return {
    vocab,
    model: unigram({
      pieces: entries.map(({ piece }) => piece),
      scores: Float64Array.from(entries, ({ score }) => score),
      unknown,
      byteFallback: flag(model['byte_fallback'], 'byte_fallback'),
      unmatched: new Set(unmatched),
      as: unmatched ? 'sentencepiece' : 'tokenizers',
    }),
  };
}
