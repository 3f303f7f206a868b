import { expect, test } from 'vitest';
import { withPngText } from '../../formats/png.ts';
import { PNG_KEYWORD, restoredHash } from './restore.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => bytes(JSON.stringify(value));
const link = 'https://a.example/page/#model=moons&c=euler:karras:8&fp=1.abc';
const header = [137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, ...new Array<number>(17).fill(0)];
const png = Uint8Array.from(header);

test('a JSON export gives the link with its record, or else the hash', () => {
  expect(restoredHash('a.json', json({ format: 'stepscope-results', link, hash: 'model=moons' }))).toBe(
    'model=moons&c=euler:karras:8&fp=1.abc',
  );
  expect(restoredHash('a.json', json({ format: 'stepscope-results', hash: '#lab=language&n=2' }))).toBe(
    'lab=language&n=2',
  );
  // The default experiment's link ends with its hash mark.
  expect(restoredHash('a.json', json({ format: 'stepscope-results', link: 'https://a.example/#', hash: 'x' }))).toBe(
    '',
  );
});

test('a PNG export gives what its text says', () => {
  const file = withPngText(png, PNG_KEYWORD, JSON.stringify({ format: 'stepscope-results', link }));
  expect(restoredHash('a.png', file)).toBe('model=moons&c=euler:karras:8&fp=1.abc');
});

test.each<[string, Uint8Array, RegExp]>([
  ['a photo', png, /“f” is a picture that carries no experiment/],
  ['another program’s text', withPngText(png, PNG_KEYWORD, 'hello'), /carries no experiment/],
  ['a config', json({ model_type: 'llama' }), /“f” is neither a PNG nor a JSON that this page exported/],
  ['another format', json({ format: 'other', link }), /neither a PNG/],
  ['no link in it', json({ format: 'stepscope-results', link: 3, hash: null }), /neither a PNG/],
  ['null', json(null), /neither a PNG/],
  ['nothing', new Uint8Array(0), /neither a PNG/],
  ['text', bytes('steps: 3'), /neither a PNG/],
  ['too much', new Uint8Array(64 * 1024 * 1024 + 1), /67 MB/],
])('%s holds no experiment, and says so', (_, data, sentence) => {
  expect(() => restoredHash('f', data)).toThrow(sentence);
});
