// The safetensors container at its edges: sizes of every type, limits of a table and one beyond, bytes that nobody claims
// or two do, names of files in an index.
import { describe, expect, test } from 'vitest';
import {
  limits,
  parseSafetensors,
  parseSafetensorsHeader,
  parseSafetensorsIndex,
  requireTensor,
  toFloat32,
} from './safetensors.ts';

const file = (header: unknown, bytes = 0, pad = 0) => {
  const json = new TextEncoder().encode(JSON.stringify(header).padEnd(pad));
  const out = new Uint8Array(8 + json.length + bytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  return out;
};
const entry = (dtype: string, shape: readonly number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  test('limits are these', () =>
    expect(limits).toEqual({ headerBytes: 16777216, tensors: 20000, dimensions: 8, nameLength: 256 }));
  test.each([
    ['F64', 8],
    ['I64', 8],
    ['U64', 8],
    ['F32', 4],
    ['I32', 4],
    ['U32', 4],
    ['F16', 2],
    ['BF16', 2],
    ['I16', 2],
    ['U16', 2],
    ['I8', 1],
    ['U8', 1],
    ['BOOL', 1],
    ['F8_E4M3', 1],
    ['F8_E5M2', 1],
  ])('%s takes %i bytes a number', (dtype, size) => {
    const whole = file({ t: entry(dtype, [3], 0, 3 * size) }, 3 * size);
    expect(parseSafetensorsHeader(whole, whole.length, 'f').tensors.get('t')).toMatchObject({
      dtype,
      shape: [3],
      file: 'f',
      begin: whole.length - 3 * size,
      end: whole.length,
    });
    for (const end of [3 * size - 1, 3 * size + 1]) {
      const wrong = file({ t: entry(dtype, [3], 0, end) }, end);
      expect(() => parseSafetensorsHeader(wrong, wrong.length, 'f')).toThrow(
        `of shape [3] and type ${dtype} needs ${3 * size} bytes, but ${end} are given`,
      );
    }
  });
  test('dimensions, names, tensors: as many as may be and one more', () => {
    const shaped = (n: number) => () => parseSafetensors(file({ t: entry('U8', new Array(n).fill(1), 0, 1) }, 1));
    expect(shaped(8)().tensors.get('t')!.shape).toHaveLength(8);
    expect(shaped(0)().tensors.get('t')!.shape).toEqual([]);
    expect(shaped(9)).toThrow('expected at most 8 whole numbers');
    const named = (n: number) => () => parseSafetensors(file({ ['n'.repeat(n)]: entry('U8', [0], 0, 0) }));
    expect(named(256)).not.toThrow();
    expect(named(257)).toThrow("a tensor's name has 257 characters; at most 256");
    const many = (n: number) => () =>
      parseSafetensors(file(Object.fromEntries(Array.from({ length: n }, (_, i) => [i, entry('U8', [0], 0, 0)]))));
    expect(many(20_000)().tensors.size).toBe(20_000);
    expect(many(20_001)).toThrow('lists 20001 tensors; at most 20000');
    for (const shape of [[-1], [0.5], ['1'], 3, [2 ** 53]])
      expect(() => parseSafetensors(file({ t: { dtype: 'U8', shape, data_offsets: [0, 0] } }))).toThrow(
        'has the shape',
      );
    for (const data_offsets of [[0], [0, 1, 2], [0, -1], [0.5, 1], 'x'])
      expect(() => parseSafetensors(file({ t: { dtype: 'U8', shape: [0], data_offsets } }))).toThrow(
        'expected two whole numbers',
      );
    for (const [begin, end] of [
      [1, 0],
      [0, 2],
    ] as const)
      expect(() => parseSafetensors(file({ t: entry('U8', [1], begin, end) }, 1))).toThrow(
        `claims bytes ${begin} to ${end} of 1`,
      );
  });
  test('a header of 16 MiB, and no longer; as long as the file says, and read in full', () => {
    const whole = file({}, 0, 2 ** 24);
    expect(parseSafetensors(whole).tensors.size).toBe(0);
    const longer = file({}, 0, 2 ** 24 + 1);
    expect(() => parseSafetensors(longer)).toThrow('the header claims 16777217 bytes; at most 16777216');
    for (const n of [0, 7]) expect(() => parseSafetensors(new Uint8Array(n))).toThrow(`the file has ${n} bytes`);
    const small = file({});
    expect(() => parseSafetensors(small.subarray(0, 9))).toThrow('the header claims 2 bytes, but only 1 follow');
    expect(() => parseSafetensorsHeader(small.subarray(0, 9), 10, 'f')).toThrow(
      new RangeError("the header has 2 bytes, but only 1 were read: read 10 bytes from the file's start"),
    );
    expect(() => parseSafetensors(file({ a: { b: { c: [] } } }))).toThrow('nested 4 levels deep; at most 3');
  });
  test('bytes that nobody claims, or two do', () => {
    const two = (a: [number, number], b: [number, number], bytes: number) => () =>
      parseSafetensors(file({ a: entry('U8', [a[1] - a[0]], ...a), b: entry('U8', [b[1] - b[0]], ...b) }, bytes));
    expect([...two([2, 3], [0, 2], 3)().tensors.keys()]).toEqual(['b', 'a']);
    expect(two([0, 2], [1, 3], 3)).toThrow('tensor "b" starts at byte 1, inside the one before it (up to 2)');
    expect(two([0, 1], [2, 3], 3)).toThrow('1 unclaimed bytes before tensor "b"');
    expect(two([1, 2], [2, 3], 3)).toThrow('1 unclaimed bytes before tensor "a"');
    expect(two([0, 1], [1, 2], 4)).toThrow('2 unclaimed bytes at the end of the file');
    expect(() => parseSafetensors(file({ __metadata__: { a: 1 } }))).toThrow('__metadata__ must map texts to texts');
    expect(parseSafetensors(file({ __metadata__: { a: 'x' } })).metadata).toEqual({ a: 'x' });
  });
  test('values of every type that is viewed', () => {
    const data = Uint8Array.of(0, 0, 192, 63, 0, 60, 128, 63, 200);
    const whole = file(
      {
        a: entry('F32', [1], 0, 4),
        b: entry('F16', [1], 4, 6),
        c: entry('BF16', [1], 6, 8),
        d: entry('U8', [1], 8, 9),
      },
      9,
    );
    whole.set(data, whole.length - 9);
    const tensors = parseSafetensors(whole);
    expect(['a', 'b', 'c', 'd'].map((n) => toFloat32(requireTensor(tensors, n, [1]))[0])).toEqual([1.5, 1, 1, 200]);
    expect(() => requireTensor(tensors, 'e', [1])).toThrow('the weights have no tensor "e"');
    for (const shape of [[2], [1, 1], []])
      expect(() => requireTensor(tensors, 'a', shape)).toThrow(
        `has the shape [1]; the model needs [${shape.join(', ')}]`,
      );
  });
  test('the index: plain names, 1 to 20,000 of them', () => {
    const index = (map: unknown) => () =>
      parseSafetensorsIndex(new TextEncoder().encode(JSON.stringify({ weight_map: map })));
    for (const name of ['a.safetensors', '_.safetensors', '9a-b_c.d.safetensors', `${'x'.repeat(188)}.safetensors`])
      expect([...index({ t: name })()]).toEqual([['t', name]]);
    for (const name of [
      '.safetensors',
      '.a.safetensors',
      '-a.safetensors',
      'a/b.safetensors',
      'a.safetensors2',
      'a.bin',
      'a b.safetensors',
      'aXsafetensors',
    ])
      expect(index({ t: name }), name).toThrow('weight_map.t must be a plain file name that ends in .safetensors');
    expect(index({ t: `${'x'.repeat(189)}.safetensors` })).toThrow('text of at most 200');
    expect(index({})).toThrow('weight_map lists 0 tensors; expected 1 to 20000');
    const many = (n: number) => index(Object.fromEntries(Array.from({ length: n }, (_, i) => [i, 'a.safetensors'])));
    expect(many(20_000)().size).toBe(20_000);
    expect(many(20_001)).toThrow('weight_map lists 20001 tensors');
    expect(index({ ['n'.repeat(256)]: 'a.safetensors' })).not.toThrow();
    expect(index({ ['n'.repeat(257)]: 'a.safetensors' })).toThrow('has 257 characters; at most 256');
  });
});
