// The language lab's record in a link, bit for bit, and where it says that a text went another way.
import { describe, expect, test } from 'vitest';
import { compareLanguageFingerprint, formatLanguageFingerprint } from './fingerprint.ts';

/**
 * FNV-1a (Fowler, Noll, Vo) of 32 bits over the little-endian words, in whole numbers of any size: the hash before the
 * first token and after each.
 */
function fnv(tokens: readonly number[]): number[] {
  let h = 2166136261n;
  const all = [Number(h)];
  for (const token of tokens) {
    for (let k = 0; k < 4; k++) h = ((h ^ BigInt(Math.floor(token / 256 ** k) % 256)) * 16777619n) % 2n ** 32n;
    all.push(Number(h));
  }
  return all;
}
const bytesOf = (word: number) => [24, 16, 8, 0].map((shift) => Math.floor(word / 2 ** shift) % 256);
/** Number, hash, and for each of the first tokens the four bytes of the hash so far folded into one. */
const record = (tokens: readonly number[], most: number) => {
  const hashes = fnv(tokens);
  const each = hashes.slice(1, most + 1).map((h) => bytesOf(h).reduce((x, byte) => x ^ byte, 0));
  return Buffer.from([...bytesOf(tokens.length), ...bytesOf(hashes.at(-1)!), ...each]).toString('base64url');
};

describe('the record of texts', () => {
  test('pinned', () => {
    expect(formatLanguageFingerprint([[[1, 2, 3], [70000]], [[]], []])).toBe(
      'L1.AAAAA3lGcbUg8Ps~AAAAAR5Y_9Nq.AAAAAIEcncU.',
    );
    expect(formatLanguageFingerprint([])).toBe('L1');
  });
  test('is number, hash and a byte for each token by the published hash, small and large ids', () => {
    const texts = [
      [[0], [255, 256, 65535, 65536, 16777216, 4294967295]],
      [
        [5, 5, 5, 5, 5],
        [151643, 2, 0],
      ],
    ];
    expect(formatLanguageFingerprint(texts)).toBe(
      ['L1', ...texts.map((samples) => samples.map((t) => record(t, 750)).join('~'))].join('.'),
    );
  });
  test('of long texts 3000 bytes in all: each keeps its first tokens', () => {
    const long = (n: number) => Array.from({ length: n }, (_, i) => (i * 31) % 997);
    expect(formatLanguageFingerprint([[long(3001)]])).toBe(`L1.${record(long(3001), 3000)}`);
    expect(formatLanguageFingerprint([[long(1001)], [long(1000), long(5)]])).toBe(
      `L1.${record(long(1001), 1000)}.${record(long(1000), 1000)}~${record(long(5), 1000)}`,
    );
    expect(formatLanguageFingerprint([Array.from({ length: 7 }, () => long(500))]).split('~')[6]).toBe(
      record(long(500), 428),
    );
  });
});

describe('a comparison', () => {
  const text = [9, 8, 7, 6];
  const link = formatLanguageFingerprint([[text, [1]], [[2, 3]]]);
  const against = (...texts: number[][][]) => compareLanguageFingerprint(link, texts);
  test('equal texts, and how many tokens they have', () =>
    expect(against([text, [1]], [[2, 3]])).toEqual({ verdict: 'reproduced', tokens: 7 }));
  test.each<[string, number[][][], [number, number, number]]>([
    ['the first token', [[[0, 8, 7, 6], [1]], [[2, 3]]], [0, 0, 0]],
    ['a token between', [[[9, 8, 0, 6], [1]], [[2, 3]]], [0, 0, 2]],
    ['the last token', [[[9, 8, 7, 0], [1]], [[2, 3]]], [0, 0, 3]],
    ['a text that is shorter', [[[9, 8, 7], [1]], [[2, 3]]], [0, 0, 3]],
    ['a text that is longer', [[[9, 8, 7, 6, 5], [1]], [[2, 3]]], [0, 0, 4]],
    ['an empty text', [[text, []], [[2, 3]]], [0, 1, 0]],
    ['another contender', [[text, [1]], [[2, 4]]], [1, 0, 1]],
    ['order', [[text, [1]], [[3, 2]]], [1, 0, 0]],
  ])('%s', (_, texts, [contender, sample, token]) =>
    expect(against(...texts)).toEqual({ verdict: 'diverged', contender, sample, token }),
  );
  test('an empty text is a text', () =>
    expect(compareLanguageFingerprint(formatLanguageFingerprint([[[]]]), [[[]]])).toEqual({
      verdict: 'reproduced',
      tokens: 0,
    }));
  test('beyond the bytes that were kept the hash and the number still tell', () => {
    const long = Array.from({ length: 3100 }, (_, i) => i % 7);
    const of = formatLanguageFingerprint([[long]]);
    expect(compareLanguageFingerprint(of, [[long]])).toEqual({ verdict: 'reproduced', tokens: 3100 });
    const other = long.with(3050, 99);
    expect(compareLanguageFingerprint(of, [[other]])).toEqual({
      verdict: 'diverged',
      contender: 0,
      sample: 0,
      token: 3000,
    });
    expect(compareLanguageFingerprint(of, [[long.slice(0, 3099)]])).toMatchObject({ token: 3000 });
    expect(compareLanguageFingerprint(of, [[[...long, 1]]])).toMatchObject({ token: 3000 });
  });
  test('the number of tokens counts though the hash agrees', () => {
    const [head, body] = [formatLanguageFingerprint([[[1]]]).slice(0, 3), formatLanguageFingerprint([[[1]]]).slice(3)];
    const bytes = Buffer.from(body, 'base64url');
    bytes[3] = 2;
    expect(compareLanguageFingerprint(head + bytes.toString('base64url'), [[[1]]])).toMatchObject({
      verdict: 'diverged',
      token: 1,
    });
    bytes[3] = 1;
    bytes[4]! ^= 1;
    expect(compareLanguageFingerprint(head + bytes.toString('base64url'), [[[1]]])).toMatchObject({
      verdict: 'diverged',
      token: 1,
    });
  });
  test.each<[string, number[][][], string]>([
    ['', [[[1]]], "its record begins with '', not L1"],
    ['L2.AAAA', [[[1]]], "its record begins with 'L2', not L1"],
    [`${'x'.repeat(20)}.A`, [[[1]]], "its record begins with 'xxxxxxxxxxxx', not L1"],
    ['L1', [[[1]]], 'its record is of 0 contenders, not 1'],
    ['L1.AA.AA', [[[1]]], 'its record is of 2 contenders, not 1'],
    ['L1.AAAAAAAAAAA~AAAAAAAAAAA', [[[1]]], 'its record of contender 1 is of 2 samples, not 1'],
    ['L1.', [[[1]]], 'its record of contender 1 is of 0 samples, not 1'],
    ['L1..AAAAAAAAAAA', [[], [[1], [2]]], 'its record of contender 2 is of 1 samples, not 2'],
    ['L1.AAAAAAAAAA', [[[1]]], 'its record of contender 1 is damaged'], // seven bytes
    ['L1.!!', [[[1]]], 'its record of contender 1 is damaged'],
  ])('%s is unreadable', (given, texts, because) =>
    expect(compareLanguageFingerprint(given, texts)).toEqual({ verdict: 'unreadable', because }),
  );
});
