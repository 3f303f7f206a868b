import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32, pngText, withPngText } from './png.ts';

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
function chunk(type: string, data: Uint8Array): number[] {
  const body = [...bytes(type), ...data];
  const word = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  return [...word(data.length), ...body, ...word(crc32(Uint8Array.from(body)))];
}
const signature = [137, 80, 78, 71, 13, 10, 26, 10];
const header = chunk('IHDR', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0));
const pixel = chunk('IDAT', deflateSync(Uint8Array.of(0, 255)));
const end = chunk('IEND', new Uint8Array(0));
const png = Uint8Array.from([...signature, ...header, ...pixel, ...end]);

test('the checksum is that of the standard', () => {
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
  expect(crc32(bytes('IEND'))).toBe(0xae426082); // the last four bytes of every PNG
});

test('a text goes in before the pixels and comes out, in any script; the rest of the file is as it was', () => {
  const text = '{"σ": "20 → 0", "emoji": "🎲"}\n'.repeat(500);
  const out = withPngText(png, 'stepscope', text);
  expect(pngText(out, 'stepscope')).toBe(text);
  expect(pngText(out, 'stepscop')).toBeUndefined();
  expect(pngText(png, 'stepscope')).toBeUndefined();
  const grown = out.length - png.length;
  expect([...out.subarray(0, 33)]).toEqual([...png.subarray(0, 33)]);
  expect([...out.subarray(33 + grown)]).toEqual([...png.subarray(33)]);
  // The chunk's own checksum.
  const view = new DataView(out.buffer);
  expect(view.getUint32(33 + grown - 4)).toBe(crc32(out.subarray(37, 33 + grown - 4)));
  expect(String.fromCharCode(...out.subarray(37, 41))).toBe('iTXt');
});

describe('what other programs write', () => {
  const file = (...chunks: number[][]) => Uint8Array.from([...signature, ...header, ...chunks.flat(), ...end]);
  test('a Latin text chunk, and a language with a translated keyword', () => {
    expect(pngText(file(chunk('tEXt', bytes('stepscope\0caf\xe9'))), 'stepscope')).toBe('café');
    expect(pngText(file(chunk('iTXt', bytes('stepscope\0\0\0en\0key\0text'))), 'stepscope')).toBe('text');
  });
  test('another keyword first, then ours', () => {
    expect(pngText(file(chunk('tEXt', bytes('Software\0x')), chunk('tEXt', bytes('a\0b'))), 'a')).toBe('b');
  });
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['no PNG', bytes('GIF89a and more text after that')],
    ['a compressed text', file(chunk('iTXt', bytes('stepscope\0\x01\0\0\0xyz')))],
    [
      'a text chunk without its zeros',
      file(chunk('iTXt', bytes('stepscope')), chunk('iTXt', bytes('stepscope\0\0\0en'))),
    ],
    [
      'a chunk longer than the file',
      Uint8Array.from([...signature, ...header, 255, 255, 255, 255, ...bytes('tEXta\0b')]),
    ],
    ['a cut file', withPngText(png, 'stepscope', 'text').subarray(0, 50)],
  ])('%s holds none', (_, data) => expect(pngText(data, 'stepscope')).toBeUndefined());
});

test('what is no PNG, or no keyword, is refused', () => {
  expect(() => withPngText(bytes('GIF89a'), 'a', 'b')).toThrow(/no PNG/);
  for (const keyword of ['', ' a', 'a ', 'a\0b', 'é', 'x'.repeat(80)])
    expect(() => withPngText(png, keyword, 'b')).toThrow(/keyword/);
});
