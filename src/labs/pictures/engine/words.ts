// What a text encoder was given of a prompt, and which words its tokenizer has whole.
import type { ClipText } from '../../../formats/clip/tokenizer.ts';
import { readClipFiles, type ClipTokenizerFiles } from '../../../formats/clip/files.ts';
import type { TextRead } from './events.ts';

const END = '</w>';
const WORD = /^\p{L}+$/u;

/** The words of a text that are not one token: each once, in their order, as they were typed. */
function wordsInPieces(text: string, { tokens, kept }: Pick<ClipText, 'tokens' | 'kept'>): readonly string[] {
  const out = new Set<string>();
  let first = 0;
  for (const [i, { token, end }] of tokens.slice(0, kept).entries()) {
    if (!token.endsWith(END)) continue;
    const word = text.slice(tokens[first]!.begin, end);
    if (i > first && WORD.test(word)) out.add(word);
    first = i + 1;
  }
  return [...out];
}

export const textRead = (text: string, read: ClipText): TextRead => ({
  tokens: read.kept,
  most: read.ids.length - 2,
  cut: read.cut,
  pieces: wordsInPieces(text, read),
});

/**
 * Words that a tokenizer has whole and makes no longer one of, in alphabetical order: of a vocabulary that was merged until
 * every word of its captions was one token, these are surely among them.
 */
export function wholeWords(files: ClipTokenizerFiles): readonly string[] {
  const { merges } = readClipFiles(files);
  const parts = new Set(merges.flat());
  return merges
    .map((pair) => pair.join(''))
    .filter((token) => token.endsWith(END) && !parts.has(token))
    .map((token) => token.slice(0, -END.length))
    .filter((word) => WORD.test(word))
    .sort();
}
