import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { philox4x32 } from '../math/philox.ts';
import { crc32, pngText, withPngText } from './png.ts';
import { pngTexts } from './pngTexts.ts';

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
function chunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const body = join(bytes(type), ...data);
  const word = (n: number) => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
  return join(word(body.length - 4), body, word(crc32(body)));
}
const head = join(
  Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
  chunk('IHDR', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0)),
);
const tail = join(chunk('IDAT', deflateSync(Uint8Array.of(0, 255))), chunk('IEND'));
const file = (...chunks: readonly Uint8Array[]) => join(head, ...chunks, tail);
const zipped = (keyword: string, text: string) => chunk('zTXt', bytes(`${keyword}\0\0`), deflateSync(bytes(text)));
const read = async (data: Uint8Array, keyword = 'parameters', most?: number) => {
  const { texts, faults } = await pngTexts(data, [keyword], most);
  return [texts.get(keyword), ...faults];
};

describe('texts that other programs write', () => {
  test.each<[string, Uint8Array, string]>([
    ['Latin', chunk('tEXt', bytes('parameters\0caf\xe9 \x80')), 'café \u0080'],
    ['compressed Latin', zipped('parameters', 'caf\xe9\nSteps: 20'), 'café\nSteps: 20'],
    [
      'compressed Unicode',
      chunk('iTXt', bytes('parameters\0\x01\0en\0key\0'), deflateSync(new TextEncoder().encode('σ 🎲'))),
      'σ 🎲',
    ],
    ['Unicode', chunk('iTXt', bytes('parameters\0\0\0\0\0'), new TextEncoder().encode('σ 🎲')), 'σ 🎲'],
    ['long', zipped('parameters', 'x'.repeat(300_000)), 'x'.repeat(300_000)],
  ])('%s', async (_, data, text) => expect(await read(file(data))).toEqual([text]));

  test('the first of several, only what is asked for, and what this page wrote itself', async () => {
    const data = file(chunk('tEXt', bytes('Software\0x')), zipped('parameters', 'a'), zipped('parameters', 'b'));
    expect(await read(data)).toEqual(['a']);
    expect([...(await pngTexts(data, ['Software', 'prompt'])).texts]).toEqual([['Software', 'x']]);
    expect(await read(withPngText(data, 'stepscope', 'σ'), 'stepscope')).toEqual(['σ']);
    // Compressed ones are not read where no waiting is possible.
    expect(pngText(data, 'parameters')).toBeUndefined();
  });

  const tooLong = 'The text “parameters” has more than 0 MB and is not read.';
  const damaged = 'The text “parameters” is damaged: it cannot be unpacked.';
  test.each<[string, Uint8Array, number, (string | undefined)[]]>([
    ['as long as may be', zipped('parameters', 'x'.repeat(1000)), 1000, ['x'.repeat(1000)]],
    ['unpacked one longer', zipped('parameters', 'x'.repeat(1001)), 1000, [undefined, tooLong]],
    ['a bomb', zipped('parameters', 'x'.repeat(5_000_000)), 1000, [undefined, tooLong]],
    ['plain and too long', chunk('tEXt', bytes(`parameters\0${'x'.repeat(1001)}`)), 1000, [undefined, tooLong]],
    ['no zlib data', chunk('zTXt', bytes('parameters\0\0not packed')), 1000, [undefined, damaged]],
    [
      'cut short',
      chunk('zTXt', bytes('parameters\0\0'), deflateSync(bytes('x')).subarray(0, 5)),
      1000,
      [undefined, damaged],
    ],
    [
      'packed by an unknown method',
      chunk('zTXt', bytes('parameters\0\x01'), deflateSync(bytes('x'))),
      1000,
      [undefined],
    ],
    ['no keyword', chunk('zTXt', bytes('\0\0'), deflateSync(bytes('x'))), 1000, [undefined]],
    ['a keyword without an end', chunk('tEXt', bytes('parameters')), 1000, [undefined]],
  ])('%s', async (_, data, most, want) => expect(await read(file(data), 'parameters', most)).toEqual(want));

  test('no PNG has no texts', async () => {
    for (const data of [new Uint8Array(0), bytes('GIF89a'), head.subarray(0, 20)])
      expect(await read(data)).toEqual([undefined]);
  });

  test('whatever bytes are changed, nothing is thrown', async () => {
    const whole = file(
      zipped('parameters', 'some text'),
      chunk('iTXt', bytes('prompt\0\x01\0\0\0'), deflateSync(bytes('x'))),
    );
    const words = new Uint32Array(4);
    for (let i = 0; i < 400; i++) {
      const data = whole.slice(0, i % 7 === 0 ? philox4x32(i, 9, 0, 0, 1, 2, words)[0]! % whole.length : whole.length);
      for (let k = 0; k < 3; k++) {
        const [at, value] = philox4x32(i, k, 0, 0, 1, 2, words);
        data[33 + (at! % 60)] = value! & 255;
      }
      const { texts } = await pngTexts(data, ['parameters', 'prompt'], 1000);
      expect(texts.size).toBeLessThanOrEqual(2);
    }
  });
});
