import { expect, test } from 'vitest';
import { csv } from './csv.ts';

test('RFC 4180: commas, quotes and line ends are quoted, quotes doubled, null is empty, every line ends in CRLF', () => {
  expect(csv([['a', 'b,c', 'd"e', 'f\ng', null], [1 / 3, true, -0.5, '', 'h'], []])).toBe(
    'a,"b,c","d""e","f\ng",\r\n0.3333333333333333,true,-0.5,,h\r\n\r\n',
  );
  expect(csv([])).toBe('');
});
