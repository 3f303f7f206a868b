import { addedTokens, type AddedToken } from './addedTokens.ts';
import { FormatError, shown } from './error.ts';
import { isObject, parseObject, type Json } from './json.ts';
import { wellFormed } from './textClasses.ts';
import { begunBy, bytesOf, decodeTokens, incrementalText, pieceOf, type IncrementalText } from './tokenText.ts';
import { standIn, unguarded } from './specialText.ts';
import { checkTokenizer, type CheckedTokenizer } from './tokenizerJson.ts';

/** Text to token ids and back. */
export interface Tokenizer {
  /** Number of tokens: ids are 0 … vocabSize − 1. A model may have more rows (padding), which decode to nothing. */
  readonly vocabSize: number;
  /** Token before every text, if the tokenizer names one, and those that end a text or a turn. */
  readonly startToken: number | null;
  readonly endTokens: readonly number[];
  /** The texts that the tokenizer's own file gives for `bos_token` and `eos_token`; null where it names none. */
  readonly startText: string | null;
  readonly endText: string | null;
  /** Jinja source for conversations (chatTemplate.ts), or null. */
  readonly chatTemplate: string | null;
  /**
   * Ids of a text of at most `longestText` UTF-16 units. Names of special tokens in it become those tokens, as in the
   * Python library. `addSpecial` puts the tokens around it that the tokenizer wants around a text (a start token),
   * unless it is false. `guard`: names that were replaced by placeholders with this mark (specialText.ts) are plain text.
   */
  encode(text: string, options?: { readonly addSpecial?: boolean; readonly guard?: string }): number[];
  /** Names of the special tokens. */
  readonly specialNames: readonly string[];
  /** Text of the ids; unknown ones give nothing. With `skipSpecial` special tokens give nothing either. */
  decode(tokens: readonly number[], options?: { readonly skipSpecial?: boolean }): string;
  /** One token for display: bytes of an unfinished character as ‹e2›‹80›, an unknown id as ‹50260›. */
  piece(token: number): string;
  special(token: number): boolean;
  /** What the token adds to a text that has begun; null for special tokens and unknown ids, which are no text. */
  bytes(token: number): Uint8Array | null;
  isEnd(token: number): boolean;
  /** Id of exactly this token, or null. */
  idOf(token: string): number | null;
  /** Text that arrives token by token, with unfinished characters held back. */
  incremental(options?: { readonly skipSpecial?: boolean }): IncrementalText;
  /** What tokens add to the text of those before them: their own decoding would lose the space that they begin with. */
  after(before: readonly number[], options?: { readonly skipSpecial?: boolean }): TextAfter;
}
export interface TextAfter {
  decode(tokens: readonly number[]): string;
  incremental(): IncrementalText;
}

export const longestText = 2 ** 20;
const hint = "Take tokenizer.json and tokenizer_config.json from the model's own repository.";

/** Special tokens that end a text or a turn wherever they exist; llama.cpp takes them so too. */
const endNames = [
  '</s>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|im_end|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end|>',
  '<end_of_turn>',
];

/** A token in tokenizer_config.json: its text, or an object with it. */
function namedToken(config: Json, key: string): string | null {
  const value = config[key];
  const text = isObject(value) ? value['content'] : value;
  if (text === undefined || text === null) return null;
  if (typeof text !== 'string' || text.length > 1000)
    throw new FormatError(`${key} of tokenizer_config.json must be a token's text, got ${shown(value)}`, hint);
  return text;
}

/**
 * Texts to ids, in the Python library's order: added tokens that are found as they are, the normalizer on what lies
 * between, added tokens that are found in normalized text, pieces, the model.
 */
function reader(checked: CheckedTokenizer, nameOf: (token: AddedToken) => string): (text: string) => number[] {
  const { added, normalize, pieces, model } = checked;
  const plain = addedTokens(
    added.filter((token) => !token.normalized),
    nameOf,
  );
  const normalized = addedTokens(
    added.filter((token) => token.normalized),
    (token) => normalize(nameOf(token)),
  );
  return (text) =>
    (text === '' ? [] : plain(text)).flatMap((part) => {
      if ('token' in part) return [part.token.id];
      const rest = normalize(part.text);
      return (rest === '' ? [] : normalized(rest)).flatMap((inner) =>
        'token' in inner
          ? [inner.token.id]
          : pieces([{ text: inner.text, first: part.start + inner.start === 0 }]).flatMap((piece) =>
              piece.text === '' ? [] : model(piece.text),
            ),
      );
    });
}

/** The template itself, or of several the one called "default". */
function templateOf(config: Json): string | null {
  const value = config['chat_template'];
  if (value === undefined || value === null || typeof value === 'string') return value ?? null;
  const entries = Array.isArray(value) ? value.filter(isObject) : [];
  const template = (entries.find((entry) => entry['name'] === 'default') ?? entries[0])?.['template'];
  if (typeof template !== 'string')
    throw new FormatError(
      `chat_template of tokenizer_config.json must be a text or a list of named ones, got ${shown(value)}`,
      hint,
    );
  return template;
}

/**
 * A tokenizer from tokenizer.json and tokenizer_config.json (each its bytes or the object parsed from them).
 * FormatError for malformed files and for kinds that could not be followed exactly (tokenizerJson.ts).
 */
export function createTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown = {}): Tokenizer {
  const checked = checkTokenizer(tokenizerJson);
  const { tokens, special, before, after, decoder } = checked;
  const config =
    tokenizerConfig instanceof Uint8Array
      ? parseObject(tokenizerConfig, { what: 'tokenizer_config.json', depth: 16, hint })
      : tokenizerConfig;
  if (!isObject(config)) throw new FormatError(`tokenizer_config.json must be an object, got ${shown(config)}`, hint);
  const read = reader(checked, (token) => token.content);
  const specialNames = [...special].map((id) => tokens[id]!);
  /** The same with stand-ins for the names of special tokens; made when it is first needed. */
  let readPlain: typeof read | null = null;
  const plainReader = () =>
    (readPlain ??= reader(
      { ...checked, added: checked.added.map((t) => (t.special ? { ...t, normalized: false } : t)) },
      (token) => (token.special ? standIn(token.content) : token.content),
    ));
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const idOf = (token: string): number | null => ids.get(token) ?? null;
  const [start, end] = [namedToken(config, 'bos_token'), namedToken(config, 'eos_token')];
  const ends = new Set<number>(
    [...endNames.filter((name) => special.has(ids.get(name) ?? -1)), ...(end === null ? [] : [end])].flatMap(
      (name) => idOf(name) ?? [],
    ),
  );
  const visible =
    (skip: boolean | undefined) =>
    (id: number): string | null =>
      skip && special.has(id) ? null : (tokens[id] ?? null);

  return {
    vocabSize: tokens.length,
    startToken: start === null ? null : idOf(start),
    endTokens: [...ends],
    startText: start,
    endText: end,
    chatTemplate: templateOf(config),
    idOf,
    specialNames,
    encode(text, { addSpecial = true, guard } = {}) {
      if (text.length > longestText)
        throw new FormatError(
          `the text has ${text.length} characters; at most ${longestText} are encoded at once`,
          'Shorten the text.',
        );
      const found =
        guard === undefined ? read(wellFormed(text)) : plainReader()(wellFormed(unguarded(text, specialNames, guard)));
      return addSpecial ? [...before, ...found, ...after] : found;
    },
    decode(given, { skipSpecial } = {}) {
      const text = visible(skipSpecial);
      return decodeTokens(
        given.flatMap((id) => text(id) ?? []),
        decoder,
      );
    },
    piece: (id) => (tokens[id] === undefined ? `‹${shown(id)}›` : pieceOf(tokens[id], decoder)),
    special: (id) => special.has(id),
    bytes: (id) => (special.has(id) || tokens[id] === undefined ? null : bytesOf(tokens[id], decoder)),
    isEnd: (id) => ends.has(id),
    incremental: ({ skipSpecial } = {}) => incrementalText(visible(skipSpecial), decoder),
    after(before, { skipSpecial } = {}) {
      const text = visible(skipSpecial);
      const shownOf = (ids: readonly number[]) => ids.flatMap((id) => text(id) ?? []);
      const begun = begunBy(shownOf(before), decoder);
      return {
        decode: (ids) => decodeTokens(shownOf(ids), decoder, begun),
        incremental: () => incrementalText(text, decoder, begun),
      };
    },
  };
}

/** Refuses a tokenizer with ids that the model has no row for. (A model may have more rows than tokens.) */
export function assertTokenizerFits(tokenizer: Tokenizer, { vocab }: { readonly vocab: number }): void {
  if (tokenizer.vocabSize > vocab)
    throw new FormatError(
      `wrong tokenizer for the weights: its largest id is ${tokenizer.vocabSize - 1}, but the model's vocabulary has ${vocab} rows (0 to ${vocab - 1})`,
      'Take the tokenizer and the weights from the same repository and revision.',
    );
}
