import { expect, test } from 'vitest';
import { firstMark } from './promptMarks.ts';

test.each([
  ['a (red:1.3) hat [dark]', '(red:1.3)', /words have no weights here/],
  ['[dark], a (red:1.3) hat', '[dark]', /brackets do not weigh words here/],
  ['a cat <lora:fluffy:0.8> (big:2)', '<lora:fluffy:0.8>', /added networks are not loaded/],
  ['a [cat:dog:0.5]', '[cat:dog:0.5]', /words do not change on the way/],
  ['one BREAK two', 'BREAK', /not split into chunks/],
])('the first mark of “%s”', (prompt, value, because) =>
  expect(firstMark(prompt)).toEqual({ value, because: expect.stringMatching(because) }),
);
test.each(['', 'a cat, big smile', 'it is 5:30', 'breaking news', 'a < b'])('“%s” has none', (prompt) =>
  expect(firstMark(prompt)).toBeNull(),
);
