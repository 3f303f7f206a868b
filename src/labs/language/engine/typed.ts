// A token that the reader types, to see where it stands among the others.
import type { Tokenizer } from '../../../formats/tokenizer.ts';
import type { TypedToken } from './events.ts';

/**
 * The tokens that a typed text may mean: the first one of it, of it with a space before, or `#id`. `of`: how many tokens
 * the whole text takes; more than one says that only its beginning is looked up.
 */
export function typedTokens(
  tokenizer: Pick<Tokenizer, 'encode'>,
  text: string,
  vocab: number,
): readonly Pick<TypedToken, 'token' | 'of'>[] {
  if (text === '') return [];
  const id = /^#(\d{1,7})$/.exec(text);
  if (id) return Number(id[1]) < vocab ? [{ token: Number(id[1]), of: 1 }] : [];
  const found = new Map<number, number>();
  for (const form of text.startsWith(' ') ? [text] : [text, ` ${text}`]) {
    const [token, ...rest] = tokenizer.encode(form, { addSpecial: false });
    if (token !== undefined && token < vocab && !found.has(token)) found.set(token, 1 + rest.length);
  }
  return [...found].map(([token, of]) => ({ token, of })).sort((a, b) => a.of - b.of);
}

/** How many tokens stand before this one: those with more, and equal ones of smaller index. */
export function rankOf(values: ArrayLike<number>, token: number): number {
  const mine = values[token]!;
  let rank = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > mine || (values[i] === mine && i < token)) rank++;
  return rank;
}
