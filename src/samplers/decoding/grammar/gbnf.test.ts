import { expect, test } from 'vitest';
import { parseGbnf } from './gbnf.ts';
import { isAllowed, Masks } from './masks.ts';
import { networkOf } from './network.ts';
import { binary, vocabularyOf } from './testing.ts';

const BYTES = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i));
function accepts(grammar: string, text: string): boolean {
  const masks = new Masks(networkOf(parseGbnf(grammar)), vocabularyOf(BYTES));
  const place = masks.after(Array.from(binary(text), (c) => c.charCodeAt(0)));
  return 'state' in place && isAllowed(masks.mask(place.state), 256);
}

test.each<[string, string[], string[]]>([
  ['root ::= "a" "b" | "c" # either\n', ['ab', 'c'], ['a', 'abc', '']],
  ['# first\nroot ::=\n  x |\n  y\nx ::= "1"\ny ::= [2-4]', ['1', '3'], ['5']],
  ['root ::= ("a"\n  | "b"\n)+', ['a', 'ba'], ['']],
  ['root ::= "a"\n  | "b"', ['a', 'b'], ['ab']],
  ['root ::= [^"\\\\\\n\\x00-\\x1f] "\\"" "\\u00e9" "\\U0001F600"', ['x"é😀'], ['\n"é😀', '"x"é😀']],
  ['root ::= [a-]{2} []]'.replace('[]]', '[\\]]'), ['a-]', '--]'], ['b-]']],
  ['root ::= "x"{3} "y"{0,2} "z"{1,}', ['xxxz', 'xxxyyzzz'], ['xxz', 'xxxyyyz', 'xxxy']],
  ['root ::= .?', ['', '€', '\n'], ['ab']],
  ['root ::= a-b\na-b ::= "1"', ['1'], ['']],
])('%s', (grammar, yes, no) => {
  expect(yes.filter((t) => !accepts(grammar, t))).toEqual([]);
  expect(no.filter((t) => accepts(grammar, t))).toEqual([]);
});

test.each([
  ['', 'The grammar is empty'],
  ['x ::= "a"', 'No rule is called root'],
  ['root ::= "a', 'Line 1, column 10: this text has no end'],
  ['root ::= [a', 'Line 1, column 10: this class has no end'],
  ['root ::= [b-a]', 'Line 1, column 11: this range runs backwards'],
  ['root ::= []', 'an empty class matches nothing'],
  ['root ::= "a" (\n"b"', 'Line 2, column 4: expected ")"'],
  ['root ::= "a" )', 'Line 1, column 14: ")" cannot stand here'],
  ['root ::= x\ny ::= "a"', 'Line 1, column 10: there is no rule "x"'],
  ['root ::= "a"\nroot ::= "b"', 'Line 2, column 1: the rule "root" is written twice'],
  ['root = "a"', 'Line 1, column 6: expected ::='],
  ['root ::= "a"{3,2}', 'swap them'],
  ['root ::= "a"{9999}', 'at most 2000 repetitions'],
  ['root ::= "\\q"', 'Line 1, column 11: "\\q" is not an escape'],
  ['root ::= "\\ud800"', 'is no character'],
  ['root ::= <think>', 'tokens by name or number'],
  ['root ::= "a" x ::= "b"', 'Line 1, column 14: a rule begins on a line of its own'],
])('%j is refused: %s', (grammar, words) => {
  expect(() => parseGbnf(grammar)).toThrow(words);
});

test('a grammar that would fill the memory is refused while it is built', () => {
  const rows = Array.from({ length: 4 }, (_, i) => `r${i} ::= ${i === 3 ? '"a"' : `r${i + 1}{2000}`}`);
  expect(() => networkOf(parseGbnf(`root ::= (("a"{2000}){2000}){2000}\n${rows.join('\n')}`))).toThrow(
    /more than 60000 positions/,
  );
});
