// The head of a GGUF file at the edges: every kind of value at its ends, every limit and one beyond, how much is asked
// for, where tensors may lie.
import { describe, expect, test } from 'vitest';
import { parseGgufHeader, type GgufValue } from './gguf.ts';
import { ggufLimits, NeedMoreBytes } from './ggufCursor.ts';

/** Bytes of a number of `size` bytes, little end first. */
const int = (value: number | bigint, size: number) =>
  Array.from({ length: size }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));
const text = (s: string) => [...int(new TextEncoder().encode(s).length, 8), ...new TextEncoder().encode(s)];
const head = (tensors: number | bigint, metadata: number | bigint, version = 3) => [
  71,
  71,
  85,
  70,
  ...int(version, 4),
  ...int(tensors, 8),
  ...int(metadata, 8),
];
const one = (kind: number, bytes: readonly number[], key = 'k') => [
  ...head(0, 1),
  ...text(key),
  ...int(kind, 4),
  ...bytes,
];
const tensor = (name: string, dims: readonly (number | bigint)[], type: number, offset: number | bigint) => [
  ...text(name),
  ...int(dims.length, 4),
  ...dims.flatMap((d) => int(d, 8)),
  ...int(type, 4),
  ...int(offset, 8),
];
const parse = (bytes: readonly number[], size = bytes.length) => parseGgufHeader(Uint8Array.from(bytes), size);
const value = (bytes: readonly number[]) => parse(bytes).metadata.get('k');

describe('values of every kind', () => {
  test.each<[string, number, number[], GgufValue]>([
    ['uint8', 0, [200], 200],
    ['int8', 1, [200], -56],
    ['uint16', 2, [1, 200], 51201],
    ['int16', 3, [1, 200], -14335],
    ['uint32', 4, [1, 0, 0, 200], 3355443201],
    ['int32', 5, [1, 0, 0, 200], -939524095],
    ['float32', 6, [0, 0, 192, 63], 1.5],
    ['bool', 7, [1], true],
    ['bool', 7, [0], false],
    ['text', 8, text('é'), 'é'],
    ['empty text', 8, text(''), ''],
    ['uint64', 10, int(2n ** 53n - 1n, 8), 2 ** 53 - 1],
    ['uint64 that is not exact', 10, int(2n ** 53n, 8), 2n ** 53n],
    ['uint64 at its end', 10, int(2n ** 64n - 1n, 8), 2n ** 64n - 1n],
    ['int64', 11, int(-(2n ** 53n) + 1n, 8), -(2 ** 53) + 1],
    ['int64 that is not exact', 11, int(-(2n ** 53n), 8), -(2n ** 53n)],
    ['float64', 12, [0, 0, 0, 0, 0, 0, 248, 63], 1.5],
    ['a list of int16', 9, [...int(3, 4), ...int(2, 8), 1, 200, 2, 0], Int16Array.of(-14335, 2)],
    ['a list of uint32', 9, [...int(4, 4), ...int(1, 8), 1, 0, 0, 200], Uint32Array.of(3355443201)],
    ['a list of int64', 9, [...int(11, 4), ...int(1, 8), ...int(-3, 8)], Float64Array.of(-3)],
    ['a list of uint64', 9, [...int(10, 4), ...int(1, 8), ...int(7, 8)], Float64Array.of(7)],
    ['a list of bools', 9, [...int(7, 4), ...int(2, 8), 1, 0], Uint8Array.of(1, 0)],
    ['a list of texts', 9, [...int(8, 4), ...int(2, 8), ...text('a'), ...text('')], ['a', '']],
    ['an empty list', 9, [...int(6, 4), ...int(0, 8)], new Float32Array(0)],
  ])('%s', (_, kind, bytes, want) => expect(value(one(kind, bytes))).toEqual(want));
  test.each<[string, number[], string]>([
    ['a bool of 2', one(7, [2]), 'metadata "k" must be 0 or 1, got 2'],
    ['a bool of 200', one(7, [200]), 'metadata "k" must be 0 or 1, got 200'],
    ['kind 13', one(13, [0]), 'metadata "k" has the unknown kind 13; known are 0 to 12'],
    ['a list of lists', one(9, [...int(9, 4), ...int(0, 8)]), 'is a list of lists'],
    ['bytes that are no UTF-8', one(8, [...int(1, 8), 255]), 'metadata "k" is not UTF-8 text'],
    [
      'a text of half a gigabyte',
      one(8, int(2 ** 29, 8)),
      'the length of metadata "k" is 536870912; at most 1048576 is allowed',
    ],
    ['a long text', one(8, int(2 ** 20 + 1, 8)), 'at most 1048576 is allowed'],
    [
      'a list too long',
      one(9, [...int(0, 4), ...int(4_000_001, 8)]),
      'the number of elements of metadata "k" is 4000001; at most 4000000',
    ],
    ['a name too long', [...head(0, 1), ...int(257, 8)], 'the length of a metadata key is 257; at most 256'],
    ['too many tensors', head(20_001, 0), 'the number of tensors is 20001; at most 20000'],
    ['too much metadata', head(0, 4097), 'the number of metadata entries is 4097; at most 4096'],
    ['another signature', [71, 71, 85, 71, ...int(3, 4)], 'does not start with "GGUF"'],
    ['version 1', head(0, 0, 1), 'GGUF version 1; this app reads 2 and 3'],
    ['version 4', head(0, 0, 4), 'GGUF version 4; this app reads 2 and 3'],
    ['version 65535', head(0, 0, 65535), 'GGUF version 65535'],
    ['big-endian 3', head(0, 0, 0x03000000), 'big-endian'],
    ['version 65536', head(0, 0, 65536), 'big-endian'],
  ])('%s is refused', (_, bytes, because) => expect(() => parse(bytes, 2 ** 40)).toThrow(because));
  test('what is just allowed asks for more instead', () => {
    for (const bytes of [
      one(8, int(2 ** 20, 8)),
      one(9, [...int(0, 4), ...int(4_000_000, 8)]),
      [...head(0, 1), ...int(256, 8)],
      head(20_000, 0),
      head(0, 4096),
    ])
      expect(() => parse(bytes, 2 ** 40)).toThrow(NeedMoreBytes);
    expect(parse(head(0, 0, 2)).headerBytes).toBe(32);
  });
});

describe('how much is read', () => {
  const asked = (bytes: readonly number[], size: number) => {
    try {
      parse(bytes, size);
    } catch (error) {
      return error instanceof NeedMoreBytes ? [error.name, error.bytes, error.message] : String(error);
    }
    return 'read';
  };
  test('twice as much at least, all that is needed, never more than the file or the limit has', () => {
    const says = (n: number) => ['NeedMoreBytes', n, `the head of the GGUF file goes on: read its first ${n} bytes`];
    expect(asked(head(0, 1), 1000)).toEqual(says(48));
    expect(asked(head(0, 1), 40)).toEqual(says(40));
    expect(asked(head(0, 1), 31)).toContain('reaches to byte 32 of a file of 31');
    const list = one(9, [...int(6, 4), ...int(1000, 8)]);
    expect(asked(list, 10_000)).toEqual(says(list.length + 4000));
    const texts = one(9, [...int(8, 4), ...int(1000, 8)]);
    expect(asked(texts, 20_000)).toEqual(says(texts.length + 8000));
    expect(asked(one(9, [...int(0, 4), ...int(4_000_000, 8)]), 2 ** 40)).toEqual(
      says(one(9, []).length + 12 + 4_000_000),
    );
    expect(ggufLimits.headerBytes).toBe(64 * 2 ** 20);
  });
  test('64 MiB may be reached, not passed', () => {
    // 64 texts, so long that the last one ends with the limit.
    const file = (more: number) => {
      const bytes = new Uint8Array(ggufLimits.headerBytes + 1).fill(97);
      bytes.set(head(0, 64));
      let at = 24;
      for (let i = 0; i < 64; i++) {
        const length = i < 63 ? 2 ** 20 - 23 : 1048529 + more;
        const start = [...text(`k${i < 10 ? '0' : ''}${i}`), ...int(8, 4), ...int(length, 8)];
        bytes.set(start, at);
        at += start.length + length;
      }
      return bytes;
    };
    expect(parseGgufHeader(file(0).subarray(0, 2 ** 26), 2 ** 40)).toMatchObject({ headerBytes: 2 ** 26 });
    expect(() => parseGgufHeader(file(1), 2 ** 40)).toThrow(
      'metadata "k63" reaches to byte 67108865; the head of a GGUF file may take 67108864',
    );
  });
  test('bytes beyond the file do not count', () => {
    const bytes = [...head(0, 1), ...text('k'), ...int(4, 4), 1, 0, 0, 0];
    expect(parse([...bytes, 9, 9, 9], bytes.length).metadata.get('k')).toBe(1);
    expect(() => parse(bytes, bytes.length - 1)).toThrow(
      `reaches to byte ${bytes.length} of a file of ${bytes.length - 1}`,
    );
  });
});

describe('tensors', () => {
  const file = (tensors: readonly number[][], size: number, alignment?: number) => {
    const meta = alignment === undefined ? [] : [...text('general.alignment'), ...int(4, 4), ...int(alignment, 4)];
    return parse([...head(tensors.length, alignment === undefined ? 0 : 1), ...meta, ...tensors.flat()], size);
  };
  test('one to four dimensions, the innermost first in the file', () => {
    expect(file([tensor('t', [2, 3, 4, 5], 0, 0)], 4096).tensors[0]).toMatchObject({
      shape: [5, 4, 3, 2],
      dtype: 'F32',
    });
    expect(file([tensor('t', [7], 1, 0)], 4096).tensors[0]).toMatchObject({ shape: [7], dtype: 'F16' });
    for (const n of [0, 5])
      expect(() => file([tensor('t', new Array(n).fill(1), 0, 0)], 4096)).toThrow(
        `has ${n} dimensions; 1 to 4 are expected`,
      );
  });
  test('elements: at most 2⁴⁸, none empty, each dimension at most 2⁴⁰', () => {
    const of =
      (...dims: (number | bigint)[]) =>
      () =>
        file([tensor('t', dims, 0, 0)], 2 ** 52);
    expect(of(2 ** 8, 2 ** 40)).not.toThrow();
    expect(of(2 ** 40, 2 ** 8)).not.toThrow();
    expect(of(2 ** 9, 2 ** 40)).toThrow('elements');
    expect(of(0)).toThrow('has 0 elements');
    expect(of(2 ** 40 + 1)).toThrow('dimension 0 of tensor "t" is 1099511627777; at most 1099511627776');
  });
  test('alignments: powers of two from 1 to 65536, 32 unless said', () => {
    const one = [tensor('t', [8], 0, 0)];
    for (const alignment of [1, 2, 32, 65536]) expect(file(one, 2 ** 20, alignment).headerBytes % alignment).toBe(0);
    for (const alignment of [0, 3, 48, 131072])
      expect(() => file(one, 2 ** 20, alignment)).toThrow('general.alignment must be a power of two up to 65536');
    expect(file(one, 2 ** 20).headerBytes % 32).toBe(0);
    expect(() => file([tensor('t', [8], 0, 16)], 2 ** 20)).toThrow('not a multiple of the alignment 32');
    expect(file([tensor('t', [8], 0, 16)], 2 ** 20, 16).tensors[0]!.begin % 16).toBe(0);
    expect(() => parse([...head(0, 1), ...text('general.alignment'), ...int(6, 4), 0, 0, 0, 63], 999)).toThrow(
      'got 0.5',
    ); // a float
  });
  test('in the order of their bytes, side by side at most, inside the file', () => {
    const two = (a: number, b: number, size = 2 ** 20) => file([tensor('b', [8], 0, a), tensor('a', [8], 0, b)], size);
    expect(two(32, 0).tensors.map((t) => t.name)).toEqual(['a', 'b']);
    expect(two(0, 32).tensors.map((t) => [t.name, t.end - t.begin])).toEqual([
      ['b', 32],
      ['a', 32],
    ]);
    expect(() => file([tensor('a', [9], 0, 0), tensor('b', [8], 0, 32)], 2 ** 20)).toThrow('inside the one before it');
    const { headerBytes } = two(0, 32);
    expect(two(0, 32, headerBytes + 64).tensors).toHaveLength(2);
    expect(() => two(0, 32, headerBytes + 63)).toThrow(
      `claims bytes ${headerBytes + 32} to ${headerBytes + 64} of a file of ${headerBytes + 63}`,
    );
    expect(() => file([tensor('a', [8], 0, 0), tensor('a', [8], 0, 32)], 2 ** 20)).toThrow('two tensors "a"');
    expect(() => file([tensor('q', [33], 2, 0)], 2 ** 20)).toThrow('which do not fill whole Q4_0 blocks of 32');
  });
  test('one file may say so, two may not', () => {
    const split = (n: number) => () => parse([...head(0, 1), ...text('split.count'), ...int(2, 4), ...int(n, 2)], 999);
    for (const n of [0, 1]) expect(split(n)).not.toThrow();
    expect(split(2)().split).toEqual([0, 2]);
    expect(() => parse([...head(0, 2), ...text('k'), ...int(0, 4), 1, ...text('k'), ...int(0, 4), 1])).toThrow(
      'have "k" twice',
    );
  });
});
