// Masks against brute force: an independent definition of a grammar's texts as the least fixed point of its rules, all
// texts up to a length written out.
import { describe, expect, test } from 'vitest';
import { uniforms } from '../../../math/uniform.ts';
import { alt, chars, literal, repeat, rule, seq, type Grammar, type Node } from './ast.ts';
import { parseGbnf } from './gbnf.ts';
import { isAllowed, Masks } from './masks.ts';
import { networkOf } from './network.ts';
import { binary, textsOf, vocabularyOf } from './testing.ts';

const LONGEST = 12;

/** For every text of at most `deep` tokens that the grammar allows: the allowed tokens, against the texts written out. */
function compare(grammar: Grammar, tokens: readonly string[], deep: number, longest = LONGEST): number {
  const texts = textsOf(grammar, longest);
  const begun = new Set([...texts].flatMap((t) => Array.from({ length: t.length + 1 }, (_, i) => t.slice(0, i))));
  const masks = new Masks(networkOf(grammar), vocabularyOf(tokens));
  expect(masks.possible).toBe(texts.size > 0);
  let seen = 0;
  const visit = (path: readonly number[], text: string): void => {
    const place = masks.after(path);
    if (!('state' in place)) throw new Error(`left at ${place.leftAt} of ${path.join()}`);
    const mask = masks.mask(place.state);
    const got = [...tokens.keys(), tokens.length].filter((t) => isAllowed(mask, t));
    const want = tokens.flatMap((t, i) => (t !== '' && begun.has(text + t) ? [i] : []));
    if (texts.has(text)) want.push(tokens.length);
    // What ends beyond the texts written out is not judged: a beginning of n bytes is given three times as many to end.
    const judged = (t: number) => want.includes(t) || text.length + (tokens[t]?.length ?? 0) <= longest / 3;
    expect({ text, got: got.filter(judged) }).toEqual({ text, got: want });
    expect(mask.allowed).toBe(got.length);
    seen++;
    if (path.length < deep) for (const t of want) if (t < tokens.length) visit([...path, t], text + tokens[t]!);
  };
  if (texts.size > 0) visit([], '');
  return seen;
}

const TOKENS = ['a', 'b', 'ab', 'ba', 'aab', 'bb', '', 'a'];
const gbnf = (text: string) => parseGbnf(text);

describe('tokens are allowed exactly where a text of the grammar goes on with them', () => {
  test.each([
    ['a list', 'root ::= "a" ("b" "a")*'],
    ['nesting', 'root ::= "a" root "b" | "ab"'],
    ['counts', 'root ::= "a"{2,4} "b"{1,2} | "b"{3}'],
    ['left recursion', 'root ::= root "b" | "a"'],
    ['left recursion through another rule', 'root ::= x "b" | "a"\nx ::= root "a" | "bb"'],
    ['left recursion behind something empty', 'root ::= e root "b" | "a"\ne ::= "b"?'],
    ['two ways at once', 'root ::= root root "a" | "b" | ""'],
    ['rules that are empty', 'root ::= e e "a" e\ne ::= "b" | ""'],
    ['what never ends is left out', 'root ::= "a" x | "b" "a"*\nx ::= "b" x'],
    ['nothing but what never ends', 'root ::= "a" root'],
    ['stacks that differ', 'root ::= "a" p | "a" q\np ::= root "a" | "b"\nq ::= root "b" | "bb"'],
    ['palindromes', 'root ::= "a" root "a" | "b" root "b" | "a" | "b" | ""'],
    ['classes', 'root ::= [ab]{1,3} [b]'],
  ])('%s', (_, text) => {
    compare(gbnf(text), TOKENS, 3);
  });

  test('random grammars of three rules, each with a random vocabulary', () => {
    let [grammars, places] = [0, 0];
    for (let seed = 0; seed < 80; seed++) {
      const numbers = uniforms(seed, 5, 400);
      let at = 0;
      const u = () => numbers[at++ % numbers.length]!;
      const pick = <T>(list: readonly T[]): T => list[Math.floor(u() * list.length)]!;
      const names = ['root', 'x', 'y'];
      const node = (depth: number): Node => {
        const kind = depth > 2 ? u() * 2 : u() * 6;
        if (kind < 1.3) return literal(pick(['a', 'b', 'ab', '']));
        if (kind < 2) return rule(pick(names));
        if (kind < 3) return seq(node(depth + 1), node(depth + 1));
        if (kind < 4.5) return alt(node(depth + 1), node(depth + 1));
        if (kind < 5) return chars([[97, 98]]);
        const min = Math.floor(u() * 2);
        return repeat(node(depth + 1), min, u() < 0.5 ? Infinity : min + Math.floor(u() * 2));
      };
      const rules = new Map(names.map((name) => [name, node(0)]));
      const tokens = Array.from({ length: 6 }, () =>
        Array.from({ length: 1 + Math.floor(u() * 3) }, () => pick(['a', 'b'])).join(''),
      );
      // Every byte is a token too, or the model could not write what the grammar allows.
      const seen = compare({ root: 'root', rules }, ['a', 'b', ...tokens], 2, 9);
      if (seen > 1) grammars++;
      places += seen;
    }
    expect(grammars).toBeGreaterThan(50);
    expect(places).toBeGreaterThan(1000);
  });

  test('characters cut anywhere: tokens that begin, go on with or end a character', () => {
    const tokens = [
      'a',
      '\xc3',
      '\xa9',
      '\xe2\x82',
      '\xac',
      '\xac\xc3',
      '\xf0\x9f',
      '\x98\x80',
      'a\xe2',
      '\x82\xac',
      '\xe2',
      '\x82',
      '\xf0',
      '\x9f',
      '\x98',
      '\x80',
    ];
    const node = seq(
      repeat(literal('€'), 0, 1),
      repeat(
        chars([
          [0xe9, 0xe9],
          [0x20ac, 0x20ac],
        ]),
        1,
        2,
      ),
      repeat(literal('😀'), 0, 1),
      literal('a'),
    );
    expect(compare({ root: 'root', rules: new Map([['root', node]]) }, tokens, 5, 14)).toBeGreaterThan(100);
  });
});

test('a class of characters has exactly their UTF-8 codes', () => {
  const edges = [
    0, 0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff, 0x20ac, 0x1f600,
  ];
  for (const from of edges)
    for (const to of edges.filter((p) => p >= from)) {
      const masks = new Masks(
        networkOf({ root: 'r', rules: new Map([['r', chars([[from, to]])]]) }),
        vocabularyOf(edges.map((p) => binary(String.fromCodePoint(p)))),
      );
      const place = masks.after([]);
      const mask = masks.mask('state' in place ? place.state : -1);
      expect(edges.filter((_, i) => isAllowed(mask, i))).toEqual(edges.filter((p) => from <= p && p <= to));
    }
});

test('a model that lacks the bytes for a way on is not led into it', () => {
  const grammar = networkOf(parseGbnf('root ::= "a" ("c" | "b") | "cc"'));
  const masks = new Masks(grammar, vocabularyOf(['a', 'b', 'ab']));
  const place = masks.after([]);
  expect('state' in place && [...masks.mask(place.state).bits]).toEqual([0b101]);
  expect(new Masks(networkOf(parseGbnf('root ::= "c" | "d"')), vocabularyOf(['a', 'b'])).possible).toBe(false);
});

test('a text that leaves the grammar says at which token; asking for another text starts over', () => {
  const masks = new Masks(networkOf(parseGbnf('root ::= "ab" "ab"*')), vocabularyOf(['a', 'b', 'ab']));
  expect(masks.after([0, 1, 1])).toEqual({ leftAt: 2 });
  expect(masks.after([2, 3])).toEqual({ leftAt: 1 });
  expect(masks.after([2, 0, 1])).toEqual(masks.after([0, 1, 2]));
});
