import { textField } from '../../../core/field.ts';
import { keepOne } from '../support.ts';
import type { Stage } from '../types.ts';

const MOST = 300;
const LONGEST = 32;

/** "12 13,7": runs of token numbers, or a sentence saying what cannot be read. */
export function parseWords(text: string): readonly (readonly number[])[] | string {
  const items = text.trim() === '' ? [] : text.split(',').map((item) => item.trim());
  if (items.length > MOST) return `The list has ${items.length} words; at most ${MOST} are read.`;
  const words: number[][] = [];
  for (const item of items) {
    if (!/^\d{1,9}( +\d{1,9})*$/.test(item))
      return `"${item.slice(0, 40)}" is no word: write its token numbers with spaces, words with commas, e.g. 198,42 7.`;
    const word = item.split(/ +/).map(Number);
    if (word.length > LONGEST) return `A word of ${word.length} tokens is too long; at most ${LONGEST} are read.`;
    words.push(word);
  }
  return words;
}

/**
 * Removes the last token of a forbidden run where the text, prompt included, ends with the rest of the run: a word of
 * one token is never written, one of several may be begun but not finished. When that removes all, the most likely
 * token stays. As `bad_words_ids` of transformers (no paper); tokens the model does not have are an error.
 */
export const badWords: Stage<{ words: string }> = {
  id: 'bad_words',
  title: 'Bad words',
  group: 'constrain',
  masks: true,
  reorders: true,
  paper: {
    title: 'transformers: NoBadWordsLogitsProcessor',
    url: 'https://huggingface.co/docs/transformers/internal/generation_utils#transformers.NoBadWordsLogitsProcessor',
  },
  summary: 'Forbids words of your choice, of one token or of several in a row.',
  params: {
    words: textField({
      label: 'Words',
      help: 'Token numbers with spaces, words with commas, e.g. 198,42 7.',
      default: '',
      maxLength: 4096,
      refuse(text) {
        const parsed = parseWords(text);
        return typeof parsed === 'string' ? parsed : null;
      },
    }),
  },
  apply(logits, { history }, { words }) {
    const parsed = parseWords(words);
    if (typeof parsed === 'string') throw new Error(`Bad words: ${parsed}`);
    const out = logits.slice();
    for (const word of parsed) {
      const beyond = word.find((token) => token >= out.length);
      if (beyond !== undefined)
        throw new Error(`Bad words name token ${beyond}, but the model has only tokens 0 to ${out.length - 1}.`);
      const from = history.length - (word.length - 1);
      if (from >= 0 && word.slice(0, -1).every((token, i) => history[from + i] === token))
        out[word.at(-1)!] = -Infinity;
    }
    return keepOne(logits, out);
  },
  refuse({ words }) {
    const parsed = parseWords(words);
    if (typeof parsed === 'string') return parsed;
    return parsed.length === 0 ? 'Bad words lists no word: write token numbers, or remove the stage.' : null;
  },
};
