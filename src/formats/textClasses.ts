// What the original tokenizers call space, punctuation, control and so on, and their changes to texts (BERT's tokenization.py; the
// normalizers of the Python library `tokenizers`), character by character, as checked over all of Unicode. (Their tables of
// punctuation and of marks are those of Unicode 8 to 13; here they are the browser's: 143 and some 500 characters that came later or changed.)

/** A lone surrogate is no character in the original libraries, which read UTF-8: it becomes U+FFFD. */
export const wellFormed = (text: string): string => text.toWellFormed();

export const isSpace = /\p{White_Space}/u;
export const spacesBefore = /^\p{White_Space}+/u;
export const spacesAfter = /\p{White_Space}+$/u;
const wordClass = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';
const word = `[${wordClass}]`;
/** Words, and runs of what is neither word nor space. */
export const wordsAndSigns = new RegExp(`${word}+|[^${wordClass}\\p{White_Space}]+`, 'gu');
export const beginsWithWord = new RegExp(`^${word}`, 'u');
export const endsWithWord = new RegExp(`${word}$`, 'u');
/** ASCII's signs are punctuation even where Unicode calls them symbols. */
export const punctuation = /[\p{P}!-/:-@[-`{-~]/gu;
export const space = /\p{White_Space}/gu;

/** NFD without the marks that take no room of their own. */
export const withoutAccents = (text: string): string => withoutRoomless(text.normalize('NFD'));
const withoutRoomless = (text: string): string => text.replace(/\p{Mn}/gu, '');
/** Without marks of any kind: the Python library's StripAccents, which does not take characters apart first. */
export const withoutMarks = (text: string): string => text.replace(/\p{M}/gu, '');

/** Each character by itself: a Σ at the end of a word becomes σ, not ς as JavaScript has it. */
export const lowercase = (text: string): string =>
  /[Σ]/.test(text)
    ? text
        .split('Σ')
        .map((part) => part.toLowerCase())
        .join('σ')
    : text.toLowerCase();

/** Chinese characters as BERT counts them (one of its ranges begins at U+2B920 in the Python library, for U+2B820). */
const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
export const spacedChinese = (text: string): string => text.replace(chinese, (c) => ` ${c} `);

/** Without control characters, and with every space as U+0020. */
export const cleaned = (text: string): string =>
  text.replace(/(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu, '').replace(/\p{White_Space}/gu, ' ');

/** SentencePiece's "nmt" rules: control characters dropped, odd spaces and U+FFFD to U+0020. */
export const nmt = (text: string): string =>
  text
    .replace(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g, '')
    .replace(/[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g, ' ');
