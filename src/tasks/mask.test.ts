import { describe, expect, test } from 'vitest';
import { assertPossible, TaskError, type Situation } from './check.ts';
import { taskMethods } from './index.ts';
import { formatPixels, hiddenPixels, MASKS, parsePixels, seenNumbers, type MaskChoice } from './mask.ts';

const shape = { channels: 3, height: 4, width: 6 };
const choice = (more: Partial<MaskChoice>): MaskChoice => ({ kind: 'half', hidden: 0.5, seed: 1, drawn: '', ...more });
const count = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe('masks', () => {
  test('the right half is hidden, in every channel', () => {
    const seen = seenNumbers(shape, choice({}));
    expect(Array.from(seen.slice(0, 6))).toEqual([1, 1, 1, 0, 0, 0]);
    expect(count(seen)).toBe(3 * 12);
    expect(seen.slice(0, 24)).toEqual(seen.slice(48));
  });
  test('of a point the first coordinate is seen', () =>
    expect(Array.from(seenNumbers({ channels: 1, height: 1, width: 2 }, choice({})))).toEqual([1, 0]));
  test('the square in the middle has half of the width and of the height', () => {
    const hidden = hiddenPixels({ channels: 1, height: 28, width: 28 }, choice({ kind: 'centre' }));
    expect(count(hidden)).toBe(14 * 14);
    expect([hidden[7 * 28 + 7], hidden[20 * 28 + 20], hidden[6 * 28 + 7], hidden[21 * 28 + 20]]).toEqual([1, 1, 0, 0]);
  });
  test('random pixels: so many, the same for a seed', () => {
    const large = { channels: 1, height: 64, width: 64 };
    const at = (seed: number, hidden: number) => hiddenPixels(large, choice({ kind: 'random', seed, hidden }));
    expect(Math.abs(count(at(1, 0.3)) / 4096 - 0.3)).toBeLessThan(0.03);
    expect(at(1, 0.3)).toEqual(at(1, 0.3));
    expect(at(1, 0.3)).not.toEqual(at(2, 0.3));
    // More of them keeps those that were hidden.
    const more = at(1, 0.6);
    expect(at(1, 0.3).some((v, i) => v > more[i]!)).toBe(false);
    expect([count(at(1, 0)), count(at(1, 1))]).toEqual([0, 4096]);
  });
  test('a drawn mask goes through its text', () => {
    const pixels = Uint8Array.from({ length: 24 }, (_, i) => Number(i % 5 === 0));
    const text = formatPixels(pixels);
    expect(parsePixels(text, 24)).toEqual(pixels);
    expect(hiddenPixels(shape, choice({ kind: 'drawn', drawn: text }))).toEqual(pixels);
    expect(parsePixels(text, 784)).toBeNull();
    expect(parsePixels('no*text', 24)).toBeNull();
    expect(count(hiddenPixels(shape, choice({ kind: 'drawn', drawn: 'AA' })))).toBe(0);
  });
  test('each kind is one of the list', () =>
    expect(MASKS.map((kind) => hiddenPixels(shape, choice({ kind })).length)).toEqual(MASKS.map(() => 24)));
});

describe('what cannot be done is said', () => {
  const fine: Situation = {
    model: 'Digits',
    classes: 10,
    posterior: true,
    given: 4,
    seen: 2,
    of: 4,
    masked: true,
    source: 3,
    target: 8,
  };
  const why = (id: keyof typeof taskMethods, more: Partial<Situation>) => {
    try {
      assertPossible(taskMethods[id], { ...fine, ...more });
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(TaskError);
      expect((thrown as TaskError).hint).not.toBe('');
      return (thrown as Error).message;
    }
    return null;
  };
  test.each([
    ['sdedit', { given: 0 }, /nothing to work on/],
    ['infedit', { classes: 0 }, /Digits has no classes/],
    ['inversion_edit', { source: 8 }, /a class into itself/],
    ['repaint', { seen: 4 }, /hides nothing/],
    ['resshift', { seen: 0 }, /hides everything/],
    ['repaint', { masked: false }, /a smaller picture shows none/],
    ['resshift', { posterior: false }, /not for Digits/],
  ] as const)('%s with %j', (id, more, words) => expect(why(id, more)).toMatch(words));
  test.each([
    ['sdedit', { classes: 0, source: -1, target: -1 }],
    ['inversion_euler', { classes: 0, seen: 0 }],
    ['resshift', { masked: false, seen: 0 }],
    ['repaint', { posterior: false }],
    ['infedit', {}],
  ] as const)('%s with %j goes', (id, more) => expect(why(id, more)).toBeNull());
});
