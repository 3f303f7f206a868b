import { expect, test } from 'vitest';
import { actOn, typeOn, type Grammar, type Typed, withPoint } from './draft.ts';

const steps: Grammar<number> = {
  format: String,
  read: (text) => (/^\d+$/.test(text) && Number(text) <= 1000 ? Number(text) : new Error('1 to 1000')),
};
const keys = (texts: readonly string[], value: number): Typed<number> =>
  texts.reduce<Typed<number> | null>((typed, text) => typeOn(typed, text, value, steps), null)!;

test('while it is typed nothing acts, and what is in force stays so', () => {
  expect(keys(['5', '50'], 8)).toEqual({ text: '50', inForce: '8', before: 8, acted: false });
});
test('a number acts as it stands when the typing rests', () => {
  expect(actOn(keys(['5', '50'], 8), steps)).toEqual({
    value: 50,
    typed: { text: '50', inForce: '50', before: 8, acted: true },
  });
});
test('what is no number brings back the value from before the typing, not its own first digits', () => {
  const paused = actOn(keys(['5', '50', '500'], 8), steps);
  expect(paused.value).toBe(500);
  const further = typeOn(paused.typed, '5000', paused.value, steps);
  expect(further).toEqual({ text: '5000', inForce: '500', before: 8, acted: false });
  expect(actOn(further, steps)).toEqual({
    value: 8,
    typed: { text: '5000', inForce: '8', before: 8, acted: true },
  });
});
test('a value of 0 or an empty text is a value too', () => {
  const texts: Grammar<string> = { format: (t) => t, read: (t) => t };
  expect(actOn(typeOn(typeOn(null, 'a', '', texts), '', '', texts), texts).value).toBe('');
  expect(actOn(typeOn(typeOn(null, 'x', 0, steps), 'xx', 7, steps), steps).value).toBe(0);
});

test.each([
  ['7,5', '7.5'],
  [' -0,25 ', ' -0.25 '],
  [',5', '.5'],
  ['0,125', '0.125'],
  ['12,3456', '12.3456'],
  // Thousands, perhaps.
  ['1,250', '1,250'],
  ['1,250,000', '1,250,000'],
  ['7.5', '7.5'],
  ['1,5,2', '1,5,2'],
  ['a,5', 'a,5'],
])('a decimal comma is a point: “%s” reads “%s”', (typed, read) => expect(withPoint(typed)).toBe(read));
