import { FormatError, shown } from './error.ts';

/**
 * GPT-2's split into words, numbers, signs and spaces ("Language Models are Unsupervised Multitask Learners", released
 * code).
 */
export const gpt2Pattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const longest = 4096;
/** Unbounded repetitions in one pattern: each may multiply the time by the length of a word. */
const mostRepetitions = 24;
const hint =
  "The tokenizer is not one that a published language model would have: take it from the model's own repository.";

/** An unbounded or large quantifier at `at`, and the characters it takes; 0 for none. */
function repetition(pattern: string, at: number): number {
  if (pattern[at] === '*' || pattern[at] === '+') return 1;
  // However many digits: leading zeros must not hide a limit.
  const quantifier = /\{(\d*)(,?)(\d*)\}/y;
  quantifier.lastIndex = at;
  const braces = quantifier.exec(pattern);
  if (!braces) return 0;
  const [whole, least, comma, limit] = braces;
  const most = comma === '' ? Number(least) : Number(limit || Infinity);
  return most > 16 ? whole.length : 0;
}

/**
 * Refuses a pattern from a file that could take exponential time on some text: a group that contains a repetition or a
 * choice must not itself be repeated, there are no back references, and the number of repetitions is limited. What
 * remains is polynomial in the length of the text, which `Tokenizer.encode` limits. The patterns of all known language
 * models pass.
 */
export function assertSafePattern(pattern: string): void {
  const fault = (what: string) => new FormatError(`the tokenizer's pattern ${shown(pattern)} ${what}`, hint);
  if (pattern.length > longest) throw fault(`has ${pattern.length} characters; at most ${longest} are allowed`);
  const open: boolean[] = []; // for each open group: does it hold a repetition or a choice?
  let repetitions = 0;
  let classes = 0;
  let closed = false; // whether the atom just read was a group that holds one
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '\\') {
      if (classes === 0 && /[1-9kg]/.test(pattern[i + 1] ?? ''))
        throw fault('refers back to a group, which is not allowed');
      const property = /^\\[pPxu]\{[^}]*\}/.exec(pattern.slice(i, i + 64));
      i += property ? property[0].length - 1 : 1;
      closed = false;
    } else if (classes > 0) {
      if (c === '[') classes++;
      else if (c === ']') classes--;
    } else if (c === '[') {
      classes++;
      closed = false;
      // A bracket that comes first in its class is a plain character.
      if (/^\^?\]/.test(pattern.slice(i + 1, i + 3))) i += pattern[i + 1] === '^' ? 2 : 1;
    } else if (c === '(') {
      open.push(false);
      closed = false;
    } else if (c === ')') {
      closed = open.pop() ?? false;
      if (closed && open.length > 0) open[open.length - 1] = true;
    } else if (c === '|') {
      if (open.length > 0) open[open.length - 1] = true;
      closed = false;
    } else {
      const length = repetition(pattern, i);
      if (length > 0) {
        if (closed) throw fault('repeats a group that holds a repetition or a choice, which can take forever');
        if (++repetitions > mostRepetitions) throw fault(`has more than ${mostRepetitions} repetitions`);
        if (open.length > 0) open[open.length - 1] = true;
        i += length - 1;
      } else if (c !== '?') closed = false;
    }
  }
}
