// Tokens that were added to a vocabulary are found in a text before anything else is done with it, as the Python library
// `tokenizers` finds them.
import { beginsWithWord, endsWithWord, spacesAfter, spacesBefore } from './textClasses.ts';

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Takes the spaces before it, after it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Not beside a letter, a digit or an underscore. */
  readonly singleWord: boolean;
  /** Found in the normalized text, as its own text is normalized, instead of in the text itself. */
  readonly normalized: boolean;
}
/** A part of a text: an added token's, or text for the tokenizer. */
export type Part = { readonly token: AddedToken } | { readonly text: string; readonly start: number };

const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** Finds tokens in texts: at each place the longest, of `nameOf(token)` (an empty one is never found). */
export function addedTokens(
  tokens: readonly AddedToken[],
  nameOf: (token: AddedToken) => string,
): (text: string) => Part[] {
  const byName = new Map(tokens.map((token) => [nameOf(token), token]));
  byName.delete('');
  if (byName.size === 0) return (text) => [{ text, start: 0 }];
  const names = [...byName.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(names.map(escaped).join('|'), 'gu');
  return (text) => {
    const parts: Part[] = [];
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byName.get(match[0])!;
      let [start, end] = [match.index, match.index + match[0].length];
      const [before, after] = [text.slice(0, start), text.slice(end)];
      if (token.singleWord && (endsWithWord.test(before) || beginsWithWord.test(after))) continue;
      if (token.lstrip) start = Math.max(start - (spacesAfter.exec(before)?.[0].length ?? 0), done);
      if (token.rstrip) end += spacesBefore.exec(after)?.[0].length ?? 0;
      if (start > done) parts.push({ text: text.slice(done, start), start: done });
      parts.push({ token });
      done = end;
    }
    if (done < text.length) parts.push({ text: text.slice(done), start: done });
    return parts;
  };
}
