import { shown } from '../error.ts';
import { joinBytes, type Pairs } from './bytePairs.ts';
import { fault, readClipFiles, type Added, type ClipTokenizerFiles } from './files.ts';
import { normalise } from './normalise.ts';

export type { ClipTokenizerFiles } from './files.ts';

export interface ClipToken {
  readonly id: number;
  /** As the vocabulary writes it. */
  readonly token: string;
  /** The part of the prompt that it stands for; characters of several tokens belong to each of them. */
  readonly begin: number;
  readonly end: number;
}
export interface ClipText {
  /** `length` ids: the start, the text, the end, and padding. */
  readonly ids: Int32Array;
  /** Every token of the text, without the ends; the encoder reads the first `kept` of them. */
  readonly tokens: readonly ClipToken[];
  readonly kept: number;
  /** What the encoder does not read, as it was typed; empty when it reads all. */
  readonly cut: string;
}
/** The text half of CLIP reads this: https://arxiv.org/abs/2103.00020, section 2.4. */
export interface ClipTokenizer {
  readonly length: number;
  readonly vocab: number;
  readonly start: number;
  readonly end: number;
  readonly pad: number;
  /** FormatError when the text is longer than `longestPrompt` UTF-16 units. */
  encode(text: string): ClipText;
}

export const longestPrompt = 10_000;

/** The words of a text: no step before it leaves more than one space between them. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
/** Names of tokens, the longest that fits first; null when there are none. */
const pattern = (names: readonly string[]): RegExp | null =>
  names.length === 0
    ? null
    : new RegExp(
        [...names]
          .sort((a, b) => b.length - a.length)
          .map(escaped)
          .join('|'),
        'gu',
      );
/** Alternately text between names and a name, with where they begin. */
function* around(text: string, names: RegExp | null): Generator<{ text: string; at: number; named: boolean }> {
  let at = 0;
  for (const { 0: name, index } of names ? text.matchAll(names) : []) {
    yield { text: text.slice(at, index), at, named: false };
    yield { text: name, at: index, named: true };
    at = index + name.length;
  }
  yield { text: text.slice(at), at, named: false };
}

const utf8Length = (text: string): number => new TextEncoder().encode(text).length;
/** For every byte of a word's UTF-8, the UTF-16 unit of its character. */
function unitsOfBytes(word: string): number[] {
  const units: number[] = [];
  let at = 0;
  for (const c of word) {
    for (let i = utf8Length(c); i > 0; i--) units.push(at);
    at += c.length;
  }
  return units;
}

function tokensOf(text: string, pairs: Pairs, added: readonly Added[]): ClipToken[] {
  const ids = new Map(added.map(({ content, id }) => [content, id]));
  const lowered = new Map(added.filter((a) => a.normalised).map((a) => [normalise(a.content).text, a]));
  const raw = pattern(added.filter((a) => !a.normalised).map((a) => a.content));
  const inside = pattern([...lowered.keys()]);
  const tokens: ClipToken[] = [];
  for (const outer of around(text, raw)) {
    if (outer.named) {
      const end = outer.at + outer.text.length;
      tokens.push({ id: ids.get(outer.text)!, token: outer.text, begin: outer.at, end });
      continue;
    }
    const { text: plain, begin, end } = normalise(outer.text, outer.at);
    for (const part of around(plain, inside)) {
      if (part.named) {
        const last = part.at + part.text.length - 1;
        const { id, content } = lowered.get(part.text)!;
        tokens.push({ id, token: content, begin: begin[part.at]!, end: end[last]! });
        continue;
      }
      for (const { 0: word, index } of part.text.matchAll(WORDS)) {
        const units = unitsOfBytes(word);
        let byte = 0;
        for (const { id, token, bytes } of joinBytes(word, pairs)) {
          const first = part.at + index + units[byte]!;
          const last = part.at + index + units[byte + bytes - 1]!;
          tokens.push({ id, token, begin: begin[first]!, end: end[last]! });
          byte += bytes;
        }
      }
    }
  }
  return tokens;
}

/**
 * CLIP's tokenizer from its files, as transformers has it. `positions`: how many the text encoder has; a file that asks
 * for more is cut to them. FormatError names what is missing or is not CLIP's.
 */
export function createClipTokenizer(files: ClipTokenizerFiles, positions: number): ClipTokenizer {
  const { vocab, merges, added, ...f } = readClipFiles(files);
  const idOf = (token: string): number => vocab.get(token)!;
  const [start, end, pad] = [idOf(f.start), idOf(f.end), idOf(f.pad)];
  const pairs: Pairs = {
    vocab,
    ranks: new Map(merges.map(([a, b], i) => [`${a} ${b}`, i])),
    unknown: idOf(f.unknown),
  };
  const length = Math.min(positions, f.length ?? positions);
  let count = 0;
  for (const id of vocab.values()) count = Math.max(count, id + 1);
  return {
    length,
    vocab: count,
    start,
    end,
    pad,
    encode(text) {
      if (text.length > longestPrompt)
        throw fault(`the prompt has ${text.length} characters; at most ${longestPrompt} are read`);
      const tokens = tokensOf(text, pairs, added);
      const kept = Math.min(tokens.length, length - 2);
      const ids = new Int32Array(length).fill(pad);
      ids.set([start, ...tokens.slice(0, kept).map((t) => t.id), end]);
      return { ids, tokens, kept, cut: kept < tokens.length ? text.slice(tokens[kept]!.begin) : '' };
    },
  };
}

/** Refuses a tokenizer with ids that the text encoder has no row for. */
export function assertClipFits(tokenizer: ClipTokenizer, { vocab }: { readonly vocab: number }): void {
  if (tokenizer.vocab > vocab)
    throw fault(
      `the tokenizer's largest id is ${shown(tokenizer.vocab - 1)}, but the text encoder has ${vocab} rows: they are not of one model`,
    );
}
