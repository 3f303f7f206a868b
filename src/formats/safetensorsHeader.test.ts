import { describe, expect, it } from 'vitest';
import { uniforms } from '../math/uniform.ts';
import { FormatError } from './error.ts';
import { checkIndex, limits, parseSafetensorsHeader, parseSafetensorsIndex } from './safetensors.ts';
import { build, entry, good } from './safetensorsTesting.ts';

describe('parseSafetensorsHeader', () => {
  const headerBytes = (file: Uint8Array) => 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  it('gives absolute byte ranges from the first bytes alone', () => {
    const start = headerBytes(good);
    for (const read of [start, start + 3, good.length]) {
      const { files, tensors } = parseSafetensorsHeader(good.subarray(0, read), good.length, 'x.safetensors');
      expect(files).toEqual([{ name: 'x.safetensors', bytes: good.length }]);
      expect([...tensors.values()]).toEqual([
        { name: 'a', dtype: 'F32', shape: [2], file: 'x.safetensors', begin: start, end: start + 8 },
        { name: 'b', dtype: 'U8', shape: [1, 3], file: 'x.safetensors', begin: start + 8, end: start + 11 },
        { name: 'c', dtype: 'F16', shape: [], file: 'x.safetensors', begin: start + 11, end: start + 13 },
      ]);
    }
    expect(() => parseSafetensorsHeader(good.subarray(0, start - 1), good.length, 'x')).toThrow(
      `read ${start} bytes from the file's start`,
    );
  });
  it('reads the table of a file of 5 GB without its bytes', () => {
    const file = build({ w: entry('BF16', [50_000, 50_000], [0, 5e9]) });
    expect(parseSafetensorsHeader(file, file.length + 5e9, 'x').tensors.get('w')).toMatchObject({
      begin: file.length,
      end: file.length + 5e9,
    });
  });
  const zeros = (n: number) => Array<number>(n).fill(0);
  const table = (tensors: Record<string, unknown>, data: number) => build(tensors, zeros(data));
  const lies: [string, Uint8Array, number, RegExp][] = [
    ['a file cut short', good, good.length - 1, /claims bytes 11 to 13 of 12/],
    ['a file with more than it says', good, good.length + 1, /1 unclaimed bytes at the end/],
    ['a file shorter than its header', good, 20, /only 12 follow/],
    ['header length 2^63', build({}, [], 1n << 63n), 1e12, /claims 9223372036854775808 bytes; at most 16777216/],
    ['header length 2^64 − 1', build({}, [], 2n ** 64n - 1n), 1e12, /at most 16777216/],
    ['header over 100 MB', build({}, [], 100_000_001n), 1e12, /claims 100000001 bytes/],
    ['header over its limit by one', build({}, [], BigInt(limits.headerBytes + 1)), 1e12, /claims 16777217 bytes/],
    [
      'more bytes than the shape has',
      table({ a: entry('BF16', [2], [0, 8]) }, 8),
      NaN,
      /needs 4 bytes, but 8 are given/,
    ],
    ['a type that is half as wide', table({ a: entry('I64', [1], [0, 4]) }, 4), NaN, /needs 8 bytes/],
    [
      'an unknown type',
      table({ a: entry('F4', [2], [0, 1]) }, 1),
      NaN,
      /number type "F4"; this app reads F32, F16, BF16, F64/,
    ],
    [
      'a shape whose product wraps in 64 bits',
      table({ a: entry('U8', [2 ** 32, 2 ** 32], [0, 0]) }, 0),
      NaN,
      /needs 18446744073709552000 bytes, but 0/,
    ],
    [
      'overlap',
      table({ a: entry('F32', [2], [0, 8]), b: entry('F32', [1], [4, 8]) }, 8),
      NaN,
      /inside the one before it/,
    ],
    [
      'the same bytes twice',
      table({ a: entry('F32', [1], [0, 4]), b: entry('F32', [1], [0, 4]) }, 4),
      NaN,
      /inside the one before it/,
    ],
    [
      'gap',
      table({ a: entry('F32', [1], [0, 4]), b: entry('F32', [1], [8, 12]) }, 12),
      NaN,
      /4 unclaimed bytes before tensor "b"/,
    ],
    ['offset beyond 2^53', table({ a: entry('U8', [1], [2 ** 60, 2 ** 60 + 1]) }, 1), NaN, /offsets/],
    [
      'twice the same empty tensor',
      build(
        '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      ),
      NaN,
      /"a" twice/,
    ],
    [
      'twice the same field',
      build('{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}'),
      NaN,
      /"dtype" twice/,
    ],
    ['deep metadata', build(`{"__metadata__":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`), NaN, /nested 501 levels/],
    [
      'many tensors',
      build(
        Object.fromEntries(Array.from({ length: limits.tensors + 1 }, (_, i) => [`t${i}`, entry('U8', [0], [0, 0])])),
      ),
      NaN,
      /lists 20001 tensors/,
    ],
  ];
  it.each(lies)('refuses: %s', (_, file, size, message) => {
    const parse = () => parseSafetensorsHeader(file, Number.isNaN(size) ? file.length : size, 'x');
    expect(parse).toThrow(message);
    expect(parse).toThrow(FormatError);
  });
  it('turns any damage to the header into a FormatError or ranges inside the file', () => {
    const draws = uniforms(7, 0, 6000);
    let refusedCount = 0;
    for (let i = 0; i < draws.length; i += 3) {
      const file = good.slice();
      file[Math.floor(draws[i]! * headerBytes(good))] = Math.floor(draws[i + 1]! * 256);
      const size = draws[i + 2]! < 0.3 ? Math.floor(draws[i + 2]! * 1000) : file.length;
      try {
        for (const t of parseSafetensorsHeader(file, size, 'x').tensors.values())
          expect(t.begin >= 8 && t.begin <= t.end && t.end <= size).toBe(true);
      } catch (error) {
        if (error instanceof RangeError && /^the header has \d+ bytes, but only/.test(error.message)) continue;
        if (!(error instanceof FormatError)) throw error;
        refusedCount++;
      }
    }
    expect(refusedCount).toBeGreaterThan(1000);
  });
});

describe('parseSafetensorsIndex', () => {
  const index = (weight_map: unknown) =>
    new TextEncoder().encode(JSON.stringify({ metadata: { total_size: 1 }, weight_map }));
  it('maps tensors to plain file names', () => {
    expect([
      ...parseSafetensorsIndex(index({ a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' })),
    ]).toEqual([
      ['a', 'model-00001-of-00002.safetensors'],
      ['b', 'model-00002-of-00002.safetensors'],
    ]);
  });
  it.each([
    '../x.safetensors',
    '/etc/x.safetensors',
    'a/b.safetensors',
    'a\\b.safetensors',
    'https://example.org/x.safetensors',
    'x.safetensors?y',
    'x.safetensors#',
    '.x.safetensors',
    'C:x.safetensors',
    '%2e%2e%2fx.safetensors',
    'x.bin',
    '',
    '..',
    'x\u0000.safetensors',
    `${'x'.repeat(200)}.safetensors`,
  ])('refuses the file name %j', (name) => {
    expect(() => parseSafetensorsIndex(index({ a: name }))).toThrow(FormatError);
    expect(() => parseSafetensorsIndex(index({ a: name }))).toThrow(/weight_map\.a must be/);
  });
  it('refuses what is no index', () => {
    for (const [bytes, message] of [
      [index({}), /lists 0 tensors/],
      [index({ a: 1 }), /weight_map\.a/],
      [index(['a']), /weight_map must be an object/],
      [new TextEncoder().encode('{}'), /weight_map must be an object, got undefined/],
      [
        index(Object.fromEntries(Array.from({ length: limits.tensors + 1 }, (_, i) => [i, 'x.safetensors']))),
        /lists 20001 tensors/,
      ],
      [index({ ['n'.repeat(300)]: 'x.safetensors' }), /300 characters/],
      [new TextEncoder().encode('{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}'), /"a" twice/],
      [new Uint8Array(limits.headerBytes + 1), /16777217 bytes/],
    ] as const) {
      expect(() => parseSafetensorsIndex(bytes)).toThrow(message);
      expect(() => parseSafetensorsIndex(bytes)).toThrow(FormatError);
    }
  });
  it('notices tensors that are elsewhere, or nowhere', () => {
    const checkpoint = parseSafetensorsHeader(good, good.length, 'one.safetensors');
    const check = (map: Record<string, string>) => () => checkIndex(new Map(Object.entries(map)), checkpoint);
    expect(check({ a: 'one.safetensors', b: 'one.safetensors' })).not.toThrow();
    expect(check({ a: 'two.safetensors' })).toThrow(
      'tensor "a" is in "two.safetensors", but it is in "one.safetensors"',
    );
    expect(check({ z: 'one.safetensors' })).toThrow('but it is in no file');
  });
});
