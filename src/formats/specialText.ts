// Names of special tokens (<|im_end|>, </s>) in a text that a reader typed: found, and kept from becoming those tokens.

/** Characters that no text holds (Unicode keeps them for a program's own use): one to mark a reader's names with. */
const MARKS = Array.from({ length: 31 }, (_, i) => String.fromCharCode(0xfdd0 + i));
/** Stands around the names that are to become tokens. */
const TOKEN = '\ufdef';

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
/** Any of the names, the longest that fits. */
const pattern = (names: readonly string[]): RegExp =>
  new RegExp(
    [...names]
      .sort((a, b) => b.length - a.length)
      .map(escaped)
      .join('|') || '(?!)',
    'g',
  );

/** The names that a text holds, each once, in the order in which they come. */
export const namesIn = (text: string, names: readonly string[]): readonly string[] => [
  ...new Set(names.some((name) => text.includes(name)) ? text.match(pattern(names)) : []),
];

/** A mark that none of the texts holds. */
export const markFor = (...texts: readonly string[]): string =>
  MARKS.find((mark) => texts.every((text) => !text.includes(mark))) ?? MARKS[0]!;

/** The text with placeholders for the names in it, which a template copies like other letters. */
export const guarded = (text: string, names: readonly string[], mark: string): string =>
  text.replace(pattern(names), (name) => `${mark}${names.indexOf(name)}${mark}`);

/** Names outside placeholders become their stand-ins (`standIn`), placeholders become plain names again. */
export const unguarded = (text: string, names: readonly string[], mark: string): string =>
  text
    .replace(pattern(names), (name) => standIn(name))
    .replace(new RegExp(`${mark}(\\d+)${mark}`, 'g'), (_, index: string) => names[Number(index)] ?? '');

/** What a special token is called where its name is plain text. */
export const standIn = (name: string): string => `${TOKEN}${name}${TOKEN}`;
