import { numberField, textField } from '../../../core/field.ts';
import { keepOne } from '../support.ts';
import type { Stage, StageContext } from '../types.ts';
import { refuseWindow, windowFields } from './history.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', ',': ',' };
const MOST = 32;

/**
 * Texts with commas between, `\n`, `\t`, `\\` and `\,` as usual: the list, or a sentence saying what cannot be read.
 */
export function parseBreakers(text: string): readonly string[] | string {
  if (text === '') return [];
  const out = [''];
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === ',') out.push('');
    else if (c !== '\\') out[out.length - 1] += c;
    else if (ESCAPES[text[i + 1] ?? ''] !== undefined) out[out.length - 1] += ESCAPES[text[++i]!]!;
    else
      return `"\\${text[i + 1] ?? ''}" is not an escape: write \\n, \\t, \\\\ or \\, for a new line, a tab, a backslash or a comma.`;
  }
  if (out.includes('')) return 'An empty breaker would match everywhere: remove the comma that is too many.';
  return out.length > MOST ? `The list has ${out.length} breakers; at most ${MOST} are read.` : out;
}

/**
 * For every position of `tokens` (newest first), how many tokens from there on equal those from the start on: the
 * Z-array, in linear time. z[0] is the whole length.
 */
export function zArray(tokens: readonly number[]): Uint32Array {
  const n = tokens.length;
  const z = new Uint32Array(n);
  if (n > 0) z[0] = n;
  for (let i = 1, left = 0, right = 0; i < n; i++) {
    let same = i < right ? Math.min(right - i, z[i - left]!) : 0;
    while (i + same < n && tokens[same] === tokens[i + same]) same++;
    z[i] = same;
    if (i + same > right) [left, right] = [i, i + same];
  }
  return z;
}

/**
 * For every token that would continue a repeat: the length of the longest suffix of the window that it followed before.
 */
export function repeats(window: readonly number[], breaks: (token: number) => boolean): Map<number, number> {
  const newest = window.toReversed();
  const z = zArray(newest);
  const longest = new Map<number, number>();
  const stop = newest.findIndex(breaks);
  const limit = stop < 0 ? newest.length : stop;
  for (let i = 1; i < newest.length; i++) {
    const length = Math.min(z[i]!, limit);
    const next = newest[i - 1]!;
    if (length > (longest.get(next) ?? 0)) longest.set(next, length);
  }
  for (const token of longest.keys()) if (breaks(token)) longest.delete(token);
  return longest;
}

function breakerTest(breakers: readonly string[], context: StageContext): (token: number) => boolean {
  const known = new Map<number, boolean>();
  return (token) => {
    let is = known.get(token);
    if (is !== undefined) return is;
    const text = breakers.length > 0 ? context.text(token) : '';
    if (text === null)
      throw new Error('DRY cannot look for breakers: this model has no tokenizer. Clear the list of breakers.');
    known.set(token, (is = breakers.some((b) => text.includes(b))));
    return is;
  };
}

/**
 * Don't repeat yourself: if the last L ≥ allowed tokens occurred before and t followed them, l_t ← l_t − multiplier ·
 * base^(L − allowed), with the largest such L. A breaker, a token whose text holds one of the listed texts, ends a
 * match and is never penalised itself; a breaker spread over several tokens does not count. No paper; defined by its
 * author in the pull request below.
 */
export const dry: Stage<{ multiplier: number; base: number; allowed: number; lastN: number; breakers: string }> = {
  id: 'dry',
  title: 'DRY (don’t repeat yourself)',
  group: 'penalise',
  reorders: true,
  paper: { title: 'DRY: A modern repetition penalty', url: 'https://github.com/oobabooga/textgen/pull/5677' },
  summary: 'Penalises the token that would continue a repeated passage, the more the longer the passage.',
  params: {
    multiplier: numberField({
      label: 'Multiplier',
      help: 'The penalty of the shortest repeat that counts, in nats.',
      default: 0.8,
      min: 0,
      max: 10,
      step: 0.1,
    }),
    base: numberField({
      label: 'Base',
      help: 'Factor on the penalty for every further repeated token.',
      default: 1.75,
      min: 1,
      max: 4,
      step: 0.05,
    }),
    allowed: numberField({
      label: 'Allowed length',
      help: 'Length from which a repeat is penalised.',
      default: 2,
      min: 1,
      max: 100,
      integer: true,
    }),
    lastN: windowFields.lastN,
    breakers: textField({
      label: 'Breakers',
      help: 'Texts that end a repeat, with commas between; \\n is a new line, \\, a comma.',
      default: '\\n,:,",*',
      maxLength: 256,
      refuse(text) {
        const parsed = parseBreakers(text);
        return typeof parsed === 'string' ? parsed : null;
      },
    }),
  },
  apply(logits, context, { multiplier, base, allowed, lastN, breakers }) {
    const out = logits.slice();
    if (multiplier === 0) return out; // 0 · base^L is no number once the power overflows
    const parsed = parseBreakers(breakers);
    if (typeof parsed === 'string') throw new Error(`DRY: ${parsed}`);
    const window = lastN < 0 ? context.history : context.history.slice(Math.max(context.history.length - lastN, 0));
    for (const [token, length] of repeats(window, breakerTest(parsed, context)))
      if (length >= allowed && token < out.length) out[token]! -= multiplier * base ** (length - allowed);
    return keepOne(logits, out);
  },
  refuse: refuseWindow,
};
