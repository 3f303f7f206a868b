import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { uniforms } from '../math/uniform.ts';
import { FormatError, shown } from './error.ts';
import { bfloatToFloat, halfToFloat, halfValue } from './half.ts';
import { duplicateKey, nesting } from './json.ts';
import {
  checkIndex,
  limits,
  parseSafetensors,
  parseSafetensorsHeader,
  parseSafetensorsIndex,
  requireTensor,
  toFloat32,
} from './safetensors.ts';

/** A file from a header (object or raw text) and its data bytes. */
function build(header: unknown, data: ArrayLike<number> = [], declared?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(Uint8Array.from(data), 8 + text.length);
  return file;
}
const entry = (dtype: unknown, shape: unknown, data_offsets: unknown) => ({ dtype, shape, data_offsets });
const good = build(
  {
    __metadata__: { made: 'here' },
    a: entry('F32', [2], [0, 8]),
    b: entry('U8', [1, 3], [8, 11]),
    c: entry('F16', [], [11, 13]),
  },
  [0, 0, 128, 63, 0, 0, 0, 192, 1, 2, 255, 0, 60],
);

describe('parseSafetensors', () => {
  it('reads typed tensors, whatever the alignment', () => {
    for (const shift of [0, 1, 2, 3]) {
      const room = new Uint8Array(good.length + shift);
      room.set(good, shift);
      const file = parseSafetensors(room.subarray(shift));
      expect(file.metadata).toEqual({ made: 'here' });
      expect([...file.tensors.keys()]).toEqual(['a', 'b', 'c']);
      expect([...toFloat32(requireTensor(file, 'a', [2]))]).toEqual([1, -2]);
      expect([...toFloat32(requireTensor(file, 'b', [1, 3]))]).toEqual([1, 2, 255]);
      expect([...toFloat32(requireTensor(file, 'c', []))]).toEqual([1]);
    }
  });
  it('accepts an empty file of no tensors, and a tensor of no elements', () => {
    expect(parseSafetensors(build({})).tensors.size).toBe(0);
    expect(parseSafetensors(build({ e: entry('F32', [0, 7], [0, 0]) })).tensors.get('e')!.data.length).toBe(0);
  });

  const refused: [string, Uint8Array, RegExp][] = [
    ['too short', new Uint8Array(7), /7 bytes/],
    ['header longer than allowed', build({}, [], 1n << 60n), /claims 1152921504606846976 bytes/],
    ['header longer than the file', build({}, [], 100n), /only 2 follow/],
    [
      'not UTF-8',
      (() => {
        const f = build('{"a": 1}');
        f[10] = 0xff;
        return f;
      })(),
      /not UTF-8/,
    ],
    ['not JSON', build('{"a": '), /not valid JSON/],
    ['not an object', build('[1, 2]'), /must be a JSON object, got \[1,2\]/],
    ['too deep', build(`${'['.repeat(1000)}${']'.repeat(1000)}`), /nested 1000 levels/],
    ['entry not an object', build({ a: 3 }), /tensor "a" must be described/],
    [
      'unknown type',
      build({ a: entry('F64', [1], [0, 8]) }, [0, 0, 0, 0, 0, 0, 0, 0]),
      /number type "F64"; this app reads F32, F16, BF16, U8/,
    ],
    ['type from the prototype', build({ a: entry('toString', [1], [0, 2]) }, [0, 0]), /number type/],
    ['negative shape', build({ a: entry('U8', [-1], [0, 1]) }, [0]), /shape \[-1\]/],
    ['fractional shape', build({ a: entry('U8', [1.5], [0, 1]) }, [0]), /shape/],
    ['too many dimensions', build({ a: entry('U8', Array(9).fill(1), [0, 1]) }, [0]), /at most 8/],
    ['offsets reversed', build({ a: entry('U8', [1], [1, 0]) }, [0]), /claims bytes 1 to 0/],
    ['offsets outside', build({ a: entry('U8', [2], [0, 2]) }, [0]), /claims bytes 0 to 2 of 1/],
    ['offsets not numbers', build({ a: entry('U8', [1], ['0', 1]) }, [0]), /offsets/],
    [
      'shape product overflows',
      build({ a: entry('F32', [2 ** 40, 2 ** 40], [0, 4]) }, [0, 0, 0, 0]),
      /needs .* bytes, but 4/,
    ],
    ['shape disagrees', build({ a: entry('F32', [2], [0, 4]) }, [0, 0, 0, 0]), /needs 8 bytes, but 4 are given/],
    ['shape smaller than its bytes', build({ a: entry('U8', [1], [0, 2]) }, [0, 0]), /needs 1 bytes, but 2 are given/],
    [
      'overlap',
      build({ a: entry('U8', [2], [0, 2]), b: entry('U8', [2], [1, 3]) }, [0, 0, 0]),
      /inside the one before it/,
    ],
    [
      'hole',
      build({ a: entry('U8', [1], [0, 1]), b: entry('U8', [1], [2, 3]) }, [0, 0, 0]),
      /1 unclaimed bytes before/,
    ],
    ['trailing bytes', build({ a: entry('U8', [1], [0, 1]) }, [0, 0]), /1 unclaimed bytes at the end/],
    [
      'duplicate names',
      build(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
        [0, 0],
      ),
      /"a" twice in one object/,
    ],
    ['metadata not texts', build({ __metadata__: { a: 1 } }), /__metadata__/],
    ['long name', build({ [`${'n'.repeat(limits.nameLength + 1)}`]: entry('U8', [0], [0, 0]) }), /257 characters/],
  ];
  it.each(refused)('refuses: %s', (_, file, message) => {
    expect(() => parseSafetensors(file)).toThrow(message);
    expect(() => parseSafetensors(file)).toThrow(FormatError);
  });
  it('survives __proto__ as a name', () => {
    expect(
      parseSafetensors(build('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [9])).tensors.get(
        '__proto__',
      )?.data[0],
    ).toBe(9);
  });

  // 3,000 damaged copies: the only outcomes are a parsed file or a FormatError, never a RangeError, a hang or a wrong
  // view.
  it('turns any damage into a FormatError or a consistent file', () => {
    const u = uniforms(5, 0, 12_000);
    let refusedCount = 0;
    for (let i = 0; i < 3000; i++) {
      const [where, value, how, cut] = [u[4 * i]!, u[4 * i + 1]!, u[4 * i + 2]!, u[4 * i + 3]!];
      let file: Uint8Array = good.slice();
      if (how < 0.7) file[Math.floor(where * file.length)] = Math.floor(value * 256);
      if (how > 0.5) file = file.slice(0, Math.floor(cut * file.length));
      try {
        for (const t of parseSafetensors(file).tensors.values())
          expect(t.data.length).toBe(t.shape.reduce((a, b) => a * b, 1));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error.hint.length).toBeGreaterThan(10);
        refusedCount++;
      }
    }
    expect(refusedCount).toBeGreaterThan(1000);
  });
  it('names the tensor that is missing or has another shape', () => {
    const file = parseSafetensors(good);
    expect(() => requireTensor(file, 'z', [1])).toThrow('no tensor "z"');
    expect(() => requireTensor(file, 'a', [1, 2])).toThrow('shape [2]; the model needs [1, 2]');
  });
  it('reads every bundled weights file', () => {
    for (const id of ['digits', 'avatars', 'digits-features', 'avatars-features', 'mlp2d', 'digits-set']) {
      const file = parseSafetensors(
        readFileSync(new URL(`../../public/models/${id}/weights.safetensors`, import.meta.url)),
      );
      expect(file.tensors.size).toBeGreaterThan(1);
      for (const t of file.tensors.values()) expect(toFloat32(t).every(Number.isFinite)).toBe(true);
    }
  });
});

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

it('duplicateKey: the same key in one object, not in neighbours, strings or lists', () => {
  expect(
    [
      '{}',
      '{"a":1,"b":{"a":1}}',
      '[{"a":1},{"a":2}]',
      '{"a":"a","b":["a","a"]}',
      '{"a\\"":1,"a":",\\"a\\":"}',
      '"a"',
    ].map(duplicateKey),
  ).toEqual([null, null, null, null, null, null]);
  expect(
    [
      '{"a":1,"a":1}',
      '{"x":[{"b":1, "b" :2}]}',
      '{"a":{},"b":[1,2],"a":3}',
      '{"\\u0061":1,"a":2}',
      '{"__proto__":1,"__proto__":2}',
    ].map(duplicateKey),
  ).toEqual(['a', 'b', 'a', 'a', '__proto__']);
});

it('bfloat16: ones, subnormals, infinities, NaN', () => {
  expect([...bfloatToFloat(Uint16Array.of(0x3f80, 0xbfc0, 0x0001, 0x7f80, 0xff80))]).toEqual([
    1,
    -1.5,
    2 ** -133,
    Infinity,
    -Infinity,
  ]);
  expect(bfloatToFloat(Uint16Array.of(0x7fc0))[0]).toBeNaN();
  expect([
    ...toFloat32(parseSafetensors(build({ a: entry('BF16', [2], [0, 4]) }, [0x80, 0x3f, 0, 0xc0])).tensors.get('a')!),
  ]).toEqual([1, -2]);
});

it('half precision: zeros, ones, the largest, subnormals, infinities, NaN', () => {
  expect([0x0000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x3555, 0x7c00, 0xfc00].map(halfValue)).toEqual([
    0,
    1,
    -2,
    65504,
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    0.333251953125,
    Infinity,
    -Infinity,
  ]);
  expect(halfValue(0x7e01)).toBeNaN();
  expect(Object.is(halfValue(0x8000), -0)).toBe(true);
  expect([...halfToFloat(Uint16Array.of(0x3c00, 0x8001))]).toEqual([1, -(2 ** -24)]);
});

it('nesting ignores brackets in strings', () => {
  expect([nesting('{}'), nesting('{"a": [1, {"[[[": "\\"[[["}]}'), nesting('1')]).toEqual([1, 3, 0]);
});

it('shown keeps messages short and printable', () => {
  expect(shown('x'.repeat(100)).length).toBe(58);
  expect(shown('a\u2028b')).toBe('"a·b"');
  expect(shown(undefined)).toBe('undefined');
});
