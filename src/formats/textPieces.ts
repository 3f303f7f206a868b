// A text cut into pieces, each of which the tokenizer's model sees alone.
import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { fault } from './tokenizerValues.ts';
import { assertSafePattern } from './tokenPattern.ts';
import { shown } from './error.ts';

export interface Piece {
  readonly text: string;
  /** Whether it begins where the whole text begins. */
  readonly first: boolean;
}
export type PreTokenizerStep = (pieces: readonly Piece[]) => readonly Piece[];
/** Which way the parts that a pattern finds go; names as in tokenizer.json. */
export type SplitBehavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';
export const splitBehaviors: readonly SplitBehavior[] = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
];

export const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
const unlimited = new Map<string, RegExp>();

/** A pattern in Oniguruma's grammar, as tokenizer.json has it, checked and rewritten for JavaScript by the library. */
export function patternOf(source: string): RegExp {
  const known = unlimited.get(source);
  if (known) return known;
  assertSafePattern(source);
  let pattern: RegExp | null;
  try {
    pattern = new SplitPreTokenizer({
      type: 'Split',
      pattern: { Regex: source },
      behavior: 'Isolated',
      invert: false,
    } as unknown as ConstructorParameters<typeof SplitPreTokenizer>[0]).pattern;
  } catch (error) {
    throw fault(`the tokenizer cannot be built: ${shown(error instanceof Error ? error.message : error)}`);
  }
  if (!pattern) throw fault(`the tokenizer cannot be built: ${shown(source)} is no pattern`);
  unlimited.set(source, pattern);
  return pattern;
}

interface Stretch {
  start: number;
  end: number;
  readonly match: boolean;
}
/** What the pattern finds and what lies between, in order. */
function stretches(text: string, pattern: RegExp, invert: boolean): Stretch[] {
  const all: Stretch[] = [];
  let done = 0;
  const put = (start: number, end: number, match: boolean): void => {
    if (end > start) all.push({ start, end, match: match !== invert });
  };
  for (const found of text.matchAll(pattern)) {
    put(done, found.index, false);
    done = found.index + found[0].length;
    put(found.index, done, true);
  }
  put(done, text.length, false);
  return all;
}

/** Stretches joined as the behaviour says, by walking from one side to the other. */
function joined(all: readonly Stretch[], behavior: SplitBehavior): readonly Stretch[] {
  if (behavior === 'Isolated') return all;
  if (behavior === 'Removed') return all.filter((s) => !s.match);
  const back = behavior === 'MergedWithNext';
  const out: Stretch[] = [];
  let before: Stretch | null = null;
  for (const s of back ? all.toReversed() : all) {
    const last = out.at(-1);
    // A match joins what is no match before it; in a run of matches only the one that lies next to it.
    const joins = behavior === 'Contiguous' ? before?.match === s.match : s.match && before?.match === false;
    if (last && joins) {
      if (back) last.start = s.start;
      else last.end = s.end;
    } else out.push({ ...s });
    before = s;
  }
  return back ? out.reverse() : out;
}

/** Cuts every piece by a pattern (with the flag g). */
export function split(pattern: RegExp, behavior: SplitBehavior, invert = false): PreTokenizerStep {
  return (pieces) =>
    pieces.flatMap(({ text, first }) =>
      joined(stretches(text, pattern, invert), behavior).map(({ start, end }) => ({
        text: text.slice(start, end),
        first: first && start === 0,
      })),
    );
}

/** Changes every piece's text. */
export const mapped =
  (change: (piece: Piece) => string): PreTokenizerStep =>
  (pieces) =>
    pieces.map((piece) => ({ text: change(piece), first: piece.first }));
