import { fault, text } from './tokenizerValues.ts';

/**
 * SentencePiece's compiled table of replacements (`precompiled_charsmap`): a double-array trie over UTF-8 (Aoe 1989;
 * the layout of darts-clone) whose values are places in a list of texts that end in a zero byte.
 */
export interface CharsMap {
  /** The replacement of the shortest, or of the longest, entry that the bytes begin with at `start`; null for none. */
  find(bytes: Uint8Array, start: number, end: number, which: 'shortest' | 'longest'): Replacement | null;
}
export interface Replacement {
  readonly to: string;
  /** Bytes that it stands for. */
  readonly length: number;
}
const mostBytes = 16 * 2 ** 20;

/** From its bytes; FormatError for sizes that do not fit. A table that leads outside itself ends a search there. */
export function charsMap(blob: Uint8Array): CharsMap {
  if (blob.length < 4 || blob.length > mostBytes)
    throw fault(`the normalizer's table has ${blob.length} bytes; 4 to ${mostBytes} are expected`);
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const trieBytes = view.getUint32(0, true);
  if (trieBytes === 0 || trieBytes % 4 !== 0 || trieBytes > blob.length - 4)
    throw fault(`the normalizer's table says that ${trieBytes} of its ${blob.length} bytes are its trie`);
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const texts = blob.subarray(4 + trieBytes);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const textAt = (at: number): string => {
    const end = texts.indexOf(0, at);
    return decoder.decode(texts.subarray(at, end === -1 ? texts.length : end));
  };
  // Of a unit: whether an entry ends here, the byte that leads here, and how far on its own bytes' units are.
  const ends = (unit: number): boolean => ((unit >>> 8) & 1) === 1;
  const offset = (unit: number): number => (unit >>> 10) << ((unit & 512) >>> 6);
  return {
    find(bytes, start, end, which) {
      let at = offset(units[0]!);
      let found: Replacement | null = null;
      for (let i = start; i < end && bytes[i] !== 0; i++) {
        at = (at ^ bytes[i]!) >>> 0;
        const unit = units[at];
        if (unit === undefined || (unit & 0x800000ff) >>> 0 !== bytes[i]) break;
        at = (at ^ offset(unit)) >>> 0;
        if (!ends(unit)) continue;
        const place = (units[at] ?? 0x7fffffff) & 0x7fffffff;
        if (place > texts.length) break;
        found = { to: textAt(place), length: i + 1 - start };
        if (which === 'shortest') break;
      }
      return found;
    },
  };
}

/** The table in base64, as tokenizer.json has it. */
export function charsMapOf(value: unknown): CharsMap {
  // Tables are longer than other texts of the file.
  const base64 = typeof value === 'string' ? value : text(value, "the normalizer's table");
  try {
    return charsMap(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
  } catch (error) {
    if (error instanceof DOMException) throw fault("the normalizer's table is no base64");
    throw error;
  }
}

const utf8 = new TextEncoder();
let graphemes: Intl.Segmenter | null = null;
/**
 * As the Python library `tokenizers` applies a table: clusters of less than 6 bytes by the shortest entry that they
 * begin with, as a whole; where there is none, and in longer ones, character by character.
 */
export const precompiled =
  (map: CharsMap) =>
  (given: string): string => {
    const lookup = (part: string): string | null => {
      const bytes = utf8.encode(part);
      return map.find(bytes, 0, bytes.length, 'shortest')?.to ?? null;
    };
    graphemes ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
    let out = '';
    for (const { segment } of graphemes.segment(given)) {
      const whole = utf8.encode(segment).length < 6 ? lookup(segment) : null;
      if (whole !== null) out += whole;
      else for (const character of segment) out += lookup(character) ?? character;
    }
    return out;
  };

export interface SentencePieceText {
  readonly map: CharsMap | null;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
}
/**
 * As SentencePiece's own normalizer does (`NormalizerSpec`): the longest entry at every place, spaces as ▁, a first ▁ if
 * `addDummyPrefix`; with `removeExtraWhitespaces` none at the ends and one of several.
 */
export function sentencePieceText({ map, addDummyPrefix, removeExtraWhitespaces }: SentencePieceText) {
  return (given: string): string => {
    const bytes = utf8.encode(given);
    const parts: string[] = [];
    for (let i = 0, at = 0; at < given.length;) {
      const entry = map?.find(bytes, i, bytes.length, 'longest') ?? null;
      let left = entry?.length ?? 0;
      const begin = at;
      do {
        const character = given.codePointAt(at)!;
        const width = character > 0xffff ? 4 : utf8Length(character);
        [at, i, left] = [at + (width === 4 ? 2 : 1), i + width, left - width];
      } while (left > 0);
      parts.push(entry ? entry.to : given.slice(begin, at));
    }
    let out = '';
    let afterSpace = removeExtraWhitespaces;
    for (const part of parts) {
      const rest = afterSpace ? part.replace(/^ +/, '') : part;
      if (rest !== '') afterSpace = removeExtraWhitespaces && rest.endsWith(' ');
      out += rest;
    }
    if (removeExtraWhitespaces) out = out.replace(/[ ▁]+$/, '');
    if (out === '' && (removeExtraWhitespaces || given === '')) return '';
    return (addDummyPrefix ? '▁' : '') + out.replaceAll(' ', '▁');
  };
}
function utf8Length(character: number): number {
  if (character < 0x80) return 1;
  return character < 0x800 ? 2 : 3;
}
