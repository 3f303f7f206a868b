// A contender as text: signs of the language inside texts, every refusal in its order, what is shown of long ones.
import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../../core/refusal.ts';
import { formatContender, newContender, newLink, parseContender } from './contenderText.ts';

const read = (text: string) => {
  const refusals: Refusal[] = [];
  return { contender: parseContender(text, 'contender 1', refusals), refusals };
};
const long = (n: number) => 'y'.repeat(n);
const no = (where: string, value: string, because: string, used: string): Refusal => ({ where, value, because, used });

describe('a contender as text', () => {
  test.each(['%', '(', ')', ',', '[', ']', '=', 'a=b,(c)[d]%25', '%2', '%zz', '\\n', '“é”'])(
    'a breaker of %j goes there and back',
    (sign) => {
      const c = newContender('sampling', [newLink('dry', { breakers: sign.replaceAll(',', '\\,') })]);
      const text = formatContender(c);
      expect(text.replace(/^sampling\[dry\(breakers=|\)\]$/g, '')).not.toMatch(/[(),[\]=]/);
      expect(read(text)).toEqual({ contender: c, refusals: [] });
    },
  );
  test('escapes are % and two digits, small letters', () => {
    const c = newContender('sampling', [newLink('dry', { breakers: '%(),[]=' })]);
    expect(formatContender(c)).toBe('sampling[dry(breakers=%25%28%29%2c%5b%5d%3d)]');
    expect(read('sampling[dry(breakers=%5B%20)]').contender!.chain[0]!.params['breakers']).toBe('%5B ');
  });
  test('a parameter that is not there is not written', () =>
    expect(formatContender({ ...newContender('beam'), params: { early: 'yes' } })).toBe('beam(early=yes)'));

  test.each<[string, Refusal[]]>([
    [
      'beam(beams=0,beams=0,x)[top_k(k=0,k=1=2,toString=1),top_p(q)',
      [
        no('contender 1 Beams', '0', 'it must be a whole number from 1 to 64', '4'),
        no('contender 1 Beams', '0', 'it must be a whole number from 1 to 64', '4'),
        no('contender 1', 'x', "there is no parameter 'x'", 'nothing'),
        no(
          'contender 1',
          '[top_k(k=0,k=1=2,toString=1),top_p(q)',
          'a chain stands in square brackets after the algorithm',
          'no chain',
        ),
      ],
    ],
    [
      'sampling[top_k(k=0,k=1=2,toString=1),top_p(q),nope]',
      [
        no('contender 1 Top-k k', '0', 'it must be a whole number from 1 to 100000', '40'),
        no('contender 1 Top-k k', '1=2', 'it must be a whole number from 1 to 100000', '40'),
        no('contender 1 Top-k', 'toString=1', "there is no parameter 'toString'", 'nothing'),
        no('contender 1 Top-p (nucleus)', 'q', "there is no parameter 'q'", 'nothing'),
        no('contender 1 chain', 'nope', "'nope' is not a stage", 'the stages before it'),
      ],
    ],
    [
      'sampling[top_k(a(b)]',
      [no('contender 1 chain', '(a(b)', 'stages are separated by commas', 'the stages before it')],
    ],
    [
      'sampling(x)[top_k(a)b),x]',
      [
        no('contender 1', 'x', "there is no parameter 'x'", 'nothing'),
        no('contender 1 Top-k', 'a', "there is no parameter 'a'", 'nothing'),
        no('contender 1 chain', 'b),x', 'stages are separated by commas', 'the stages before it'),
      ],
    ],
    [
      `sampling(x)[${Array(13).fill('top_k').join(',')}]`,
      [
        no('contender 1', 'x', "there is no parameter 'x'", 'nothing'),
        no('contender 1 chain', 'top_k', 'a chain has at most 12 stages', 'the stages before it'),
      ],
    ],
  ])('%s', (text, want) => expect(read(text).refusals).toEqual(want));
  test('refusals are put behind those that are there', () => {
    const refusals = [no('link', 'a', 'b', 'c')];
    parseContender('nope', 'contender 2', refusals);
    expect(refusals.map((r) => r.where)).toEqual(['link', 'contender 2']);
  });

  test.each<[string, string, string, string]>([
    ['an algorithm', long(99), long(80), `'${long(40)}' is not a decoding algorithm`],
    ['a parameter', `beam(${long(99)})`, long(80), `there is no parameter '${long(40)}'`],
    ['a value', `beam(beams=${long(99)})`, long(80), 'it must be a whole number from 1 to 64'],
    ['what is no chain', `beam ${long(99)}`, ` ${long(79)}`, 'a chain stands in square brackets after the algorithm'],
    ['a stage', `sampling[${long(99)}]`, long(80), `'${long(40)}' is not a stage`],
    [
      'a stage too many',
      `sampling[${'top_k,'.repeat(12)}top_k(${long(99)})]`,
      `top_k(${long(74)}`,
      'a chain has at most 12 stages',
    ],
    ['what is no comma', `sampling[top_k ${long(99)}]`, ` ${long(79)}`, 'stages are separated by commas'],
  ])('%s is shown up to 80 characters, its name up to 40', (_, text, value, because) =>
    expect(read(text).refusals).toEqual([expect.objectContaining({ value, because })]),
  );
});
