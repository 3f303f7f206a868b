// Base64url against RFC 4648 and against Node, every remainder and every character; one text for a value, and no other.
import { describe, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../../core/base64.ts';

const bytes = (...b: number[]) => Uint8Array.from(b);
const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('base64url', () => {
  // RFC 4648, section 10, without padding; the last two use the characters that set base64url apart.
  test.each([
    [ascii(''), ''],
    [ascii('f'), 'Zg'],
    [ascii('fo'), 'Zm8'],
    [ascii('foo'), 'Zm9v'],
    [ascii('foob'), 'Zm9vYg'],
    [ascii('fooba'), 'Zm9vYmE'],
    [ascii('foobar'), 'Zm9vYmFy'],
    [bytes(0xfb, 0xff, 0xbf), '-_-_'],
    [bytes(0, 0x10, 0x83, 0x10, 0x51, 0x87, 0x20, 0x92, 0x8b), 'ABCDEFGHIJKL'],
    [bytes(0), 'AA'],
    [bytes(0xff), '_w'],
    [bytes(0xff, 0xff), '__8'],
    [bytes(0, 0, 0), 'AAAA'],
  ])('%j is %s, there and back', (value, text) => {
    expect(toBase64Url(value)).toBe(text);
    expect(fromBase64Url(text)).toEqual(value);
  });

  test('agrees with Node on every length to 70 and every byte', () => {
    for (let n = 0; n <= 70; n++) {
      const value = Uint8Array.from({ length: n }, (_, i) => (i * 151 + n * 89) & 255);
      const text = Buffer.from(value).toString('base64url');
      expect(toBase64Url(value)).toBe(text);
      expect(fromBase64Url(text)).toEqual(value);
    }
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(toBase64Url(all)).toBe(Buffer.from(all).toString('base64url'));
    expect(fromBase64Url(toBase64Url(all))).toEqual(all);
  });

  test('part of a larger buffer is read from its own beginning', () =>
    expect(toBase64Url(ascii('xxfoob').subarray(2))).toBe('Zm9vYg'));

  test.each([
    ['one character left over', 'Z'],
    ['five characters', 'Zm9vY'],
    ['bits left over of one byte', 'Zh'],
    ['the last of them', 'Zv'],
    ['bits left over of two bytes', 'Zm9'],
    ['the upper of them', 'Zm-'],
    ['padding', 'Zg=='],
    ['plus', 'Zm+v'],
    ['slash', 'Zm/v'],
    ['a space before', ' Zm9v'],
    ['a line end', 'Zm9v\n'],
    ['a letter from elsewhere', 'Zm9é'],
    ['a point', '....'],
  ])('%s is no base64url of ours: %j', (_, text) => expect(fromBase64Url(text)).toBeUndefined());
});
