import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gguf as reference, GGMLQuantizationType } from '@huggingface/gguf';
import { describe, expect, it } from 'vitest';
import { FormatError } from './error.ts';
import { parseGgufHeader, type GgufHeader } from './gguf.ts';
import { ggufLimits, NeedMoreBytes } from './ggufCursor.ts';
import { Writer } from './ggufTesting.ts';

const path = (name: string): string => fileURLToPath(new URL(`../../training/golden-gguf/${name}`, import.meta.url));
const models = ['llama-spm', 'llama-bpe', 'qwen2', 'qwen3', 'gpt2'];
const open = (name: string): Uint8Array => new Uint8Array(readFileSync(path(`${name}.gguf`)));

const parse = (file: Writer | Uint8Array): GgufHeader => {
  const bytes = file instanceof Uint8Array ? file : file.done;
  return parseGgufHeader(bytes, bytes.length);
};
const one = (kind: number): Writer => new Writer().head(0, 1).text('k').u32(kind);

describe('parseGgufHeader', () => {
  it.each(models)('reads %s as @huggingface/gguf does', async (name) => {
    const file = open(name);
    const ours = parse(file);
    const theirs = await reference(path(`${name}.gguf`), { allowLocalFile: true });
    expect(ours.headerBytes).toBe(Number(theirs.tensorDataOffset));
    const plain = (value: unknown): unknown => {
      if (typeof value === 'bigint') return Number(value);
      const listed = ArrayBuffer.isView(value) || Array.isArray(value);
      return listed ? Array.from(value as ArrayLike<unknown>, plain) : value;
    };
    const { version, tensor_count, kv_count, ...metadata } = theirs.metadata as Record<string, unknown>;
    expect([version, tensor_count, kv_count]).toEqual([3, BigInt(ours.tensors.length), BigInt(ours.metadata.size)]);
    expect(Object.fromEntries([...ours.metadata].map(([key, value]) => [key, plain(value)]))).toEqual(
      Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, plain(value)])),
    );
    expect(ours.tensors.map((t) => [t.name, t.dtype, [...t.shape].reverse(), t.begin - ours.headerBytes])).toEqual(
      theirs.tensorInfos
        .map((t) => [t.name, GGMLQuantizationType[t.dtype], t.shape.map(Number), Number(t.offset)])
        .sort((a, b) => Number(a[3]) - Number(b[3])),
    );
    expect(ours.tensors.at(-1)!.end).toBeLessThanOrEqual(file.length);
  });
  it('asks for more of a file until the head is there, a logarithmic number of times', () => {
    const file = open('llama-spm');
    const whole = parse(file);
    let [have, times] = [10, 0];
    for (;;) {
      times++;
      try {
        expect(parseGgufHeader(file.subarray(0, have), file.length)).toEqual(whole);
        break;
      } catch (error) {
        if (!(error instanceof NeedMoreBytes)) throw error;
        expect(error.bytes).toBeGreaterThan(have);
        expect(error.bytes).toBeLessThanOrEqual(file.length);
        have = error.bytes;
      }
    }
    expect(times).toBeLessThan(15);
    expect(have).toBeLessThan(2 * whole.headerBytes);
  });
  it('refuses a file cut anywhere, without any other error', () => {
    const file = open('gpt2');
    const { headerBytes } = parse(file);
    for (let n = 0; n < file.length - 1; n += n < 400 ? 1 : 991)
      expect(() => parse(file.slice(0, n))).toThrow(FormatError);
    expect(() => parse(file.slice(0, headerBytes + 5))).toThrow(/claims bytes \d+ to \d+ of a file of/);
  });
  it('survives random damage with a clear error or a plausible head', () => {
    const file = open('gpt2').slice(0, 30_000);
    let refused = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const bytes = file.slice();
      for (let k = 0; k < 3; k++)
        bytes[(Math.imul(seed * 7 + k, 2654435761) % (k === 0 ? 600 : 12_000)) >>> 0] =
          Math.imul(seed + k, 40503) >>> 8;
      try {
        parseGgufHeader(bytes, 246_496);
      } catch (error) {
        expect(error instanceof FormatError || error instanceof NeedMoreBytes).toBe(true);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
  it('reads every kind of value', () => {
    const file = new Writer()
      .head(0, 14)
      .text('u8')
      .u32(0)
      .raw(200)
      .text('i8')
      .u32(1)
      .raw(200)
      .text('u16')
      .u32(2)
      .raw(1, 2)
      .text('i16')
      .u32(3)
      .raw(255, 255)
      .text('u32')
      .u32(4)
      .u32(4e9)
      .text('i32')
      .u32(5)
      .u32(2 ** 32 - 5)
      .text('f32')
      .u32(6)
      .raw(0, 0, 192, 63)
      .text('yes')
      .u32(7)
      .raw(1)
      .text('text')
      .u32(8)
      .text('é😀')
      .text('u64')
      .u32(10)
      .u64(2n ** 64n - 1n)
      .text('i64')
      .u32(11)
      .u64(2n ** 64n - 3n)
      .text('f64')
      .u32(12)
      .raw(0, 0, 0, 0, 0, 0, 4, 192)
      .text('texts')
      .u32(9)
      .u32(8)
      .u64(2)
      .text('')
      .text('b')
      .text('flags')
      .u32(9)
      .u32(7)
      .u64(2)
      .raw(0, 1);
    expect(Object.fromEntries(parse(file).metadata)).toEqual({
      u8: 200,
      i8: -56,
      u16: 513,
      i16: -1,
      u32: 4e9,
      i32: -5,
      f32: 1.5,
      yes: true,
      text: 'é😀',
      u64: 2n ** 64n - 1n,
      i64: -3,
      f64: -2.5,
      texts: ['', 'b'],
      flags: Uint8Array.of(0, 1),
    });
  });
  it('reads version 2, an own alignment, and tensors in any order', () => {
    const file = new Writer()
      .head(2, 1, 2)
      .text('general.alignment')
      .u32(4)
      .u32(64)
      .tensor('b', [32, 3], 8, 64)
      .tensor('a', [2, 1, 4], 0, 0)
      .data(64 + 102, 64);
    const { tensors, headerBytes } = parse(file);
    expect(headerBytes % 64).toBe(0);
    expect(tensors).toEqual([
      { name: 'a', dtype: 'F32', shape: [4, 1, 2], begin: headerBytes, end: headerBytes + 32 },
      { name: 'b', dtype: 'Q8_0', shape: [3, 32], begin: headerBytes + 64, end: headerBytes + 166 },
    ]);
  });

  const big = 2n ** 63n;
  const refused: [string, Writer, RegExp][] = [
    ['no GGUF', new Writer().raw(1, 2, 3, 4).data(64), /does not start with "GGUF"/],
    ['version 1', new Writer().head(0, 0, 1), /GGUF version 1; this app reads 2 and 3/],
    ['version 4', new Writer().head(0, 0, 4), /GGUF version 4/],
    ['big-endian', new Writer().head(0, 0, 3 * 2 ** 24), /big-endian/],
    ['too many tensors', new Writer().head(big, 0), /number of tensors is 9223372036854775808; at most 20000/],
    ['too many metadata', new Writer().head(0, big), /number of metadata entries is 9223372036854775808/],
    [
      'an endless key',
      new Writer().head(0, 1).u64(big),
      /length of a metadata key is 9223372036854775808; at most 256/,
    ],
    ['a key that is no text', new Writer().head(0, 1).u64(1).raw(255).u32(0).raw(0), /metadata key is not UTF-8/],
    ['a key twice', new Writer().head(0, 2).text('k').u32(0).raw(0).text('k').u32(0).raw(0), /"k" twice/],
    ['an unknown kind', one(13).data(64), /metadata "k" has the unknown kind 13/],
    ['a truth value of 2', one(7).raw(2), /must be 0 or 1, got 2/],
    ['an endless text', one(8).u64(big), /length of metadata "k" is/],
    ['a text beyond the file', one(8).u64(1000), /metadata "k" reaches to byte/],
    ['an endless list', one(9).u32(0).u64(big), /number of elements of metadata "k"/],
    [
      'a list beyond the file',
      one(9).u32(6).u64(ggufLimits.listLength),
      /metadata "k" reaches to byte 16000\d+ of a file of/,
    ],
    ['a list of texts beyond the file', one(9).u32(8).u64(ggufLimits.listLength).data(1000), /reaches to byte/],
    ['a list of lists', one(9).u32(9).u64(1).u32(9).u64(1).data(64), /list of lists/],
    ['a list of unknown kind', one(9).u32(99).u64(1).data(64), /elements of metadata "k" has the unknown kind 99/],
    [
      'an alignment of 0',
      new Writer().head(0, 1).text('general.alignment').u32(4).u32(0),
      /general.alignment must be a power of two up to 65536, got 0/,
    ],
    ['an alignment of 48', new Writer().head(0, 1).text('general.alignment').u32(4).u32(48), /got 48/],
    ['an alignment of text', new Writer().head(0, 1).text('general.alignment').u32(8).text('32'), /got "32"/],
    [
      'a file past the last of several',
      new Writer().head(0, 2).text('split.count').u32(2).raw(3, 0).text('split.no').u32(2).raw(3, 0),
      /split.no 3 of split.count 3 is no place/,
    ],
    ['a tensor with an endless name', new Writer().head(1).u64(2000).data(64), /length of a tensor's name is 2000/],
    ['a tensor of no dimensions', new Writer().head(1).tensor('a', [], 0, 0).data(64), /"a" has 0 dimensions/],
    [
      'a tensor of 5 dimensions',
      new Writer().head(1).tensor('a', [1, 1, 1, 1, 1], 0, 0).data(64),
      /"a" has 5 dimensions/,
    ],
    ['a tensor of no elements', new Writer().head(1).tensor('a', [0], 0, 0).data(64), /has 0 elements/],
    [
      'a tensor of endless size',
      new Writer().head(1).tensor('a', [big], 0, 0).data(64),
      /dimension 0 of tensor "a" is 9223372036854775808/,
    ],
    [
      'a tensor whose size overflows',
      new Writer()
        .head(1)
        .tensor('a', [2 ** 40, 2 ** 40], 0, 0)
        .data(64),
      /has 1\.\d+e\+24 elements/,
    ],
    ['a tensor of an unread type', new Writer().head(1).tensor('a', [256], 15, 0).data(292), /number type Q8_K/],
    [
      'a tensor of part of a block',
      new Writer().head(1).tensor('a', [16, 2], 8, 0).data(64),
      /rows of 16 weights, which do not fill whole Q8_0 blocks of 32/,
    ],
    [
      'a tensor off the alignment',
      new Writer().head(1).tensor('a', [1], 0, 4).data(64),
      /starts at byte 4 of the tensors/,
    ],
    [
      'a tensor at an endless offset',
      new Writer().head(1).tensor('a', [1], 0, big).data(64),
      /offset of tensor "a" is/,
    ],
    [
      'a tensor beyond the file',
      new Writer().head(1).tensor('a', [17], 0, 0).data(64),
      /claims bytes 64 to 132 of a file of 128/,
    ],
    [
      'a tensor over another',
      new Writer().head(2).tensor('a', [16], 0, 0).tensor('b', [1], 0, 32).data(64),
      /"b" starts at byte 128, inside the one before it \(up to 160\)/,
    ],
    ['a tensor twice', new Writer().head(2).tensor('a', [1], 0, 0).tensor('a', [1], 0, 32).data(64), /two tensors "a"/],
  ];
  it.each(refused)('refuses %s', (_, file, message) => {
    expect(() => parse(file)).toThrow(message);
    expect(() => parse(file)).toThrow(FormatError);
  });
  it('refuses a head longer than the limit instead of asking for it', () => {
    const list = (key: string): Uint8Array => new Writer().text(key).u32(9).u32(12).u64(4_000_000).done;
    const bytes = new Uint8Array(ggufLimits.headerBytes);
    bytes.set(new Writer().head(0, 3).done);
    let at = 24;
    for (const key of ['a', 'b', 'c']) {
      bytes.set(list(key), at);
      at += list(key).length + 32_000_000;
    }
    expect(() => parseGgufHeader(bytes.subarray(0, 100), 2 ** 40)).toThrow(NeedMoreBytes);
    expect(() => parseGgufHeader(bytes.subarray(0, 40_000_000), 2 ** 40)).toThrow(NeedMoreBytes);
    expect(() => parseGgufHeader(bytes, 2 ** 40)).toThrow(/the head of a GGUF file may take 67108864/);
  });
});
