import { describe, expect, it } from 'vitest';
import { Cancelled } from '../core/cancel.ts';
import { FormatError } from '../formats/error.ts';
import type { ModelFiles } from './files.ts';
import { openPart } from './partTensors.ts';

interface Given {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}
/** A safetensors file; `pad` shifts the tensors to any alignment. */
function file(tensors: Readonly<Record<string, Given>>, pad = 0): Uint8Array {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const entry = [name, { dtype, shape, data_offsets: [at, at + bytes.length] }] as const;
    at += bytes.length;
    return entry;
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)) + ' '.repeat(pad));
  const out = new Uint8Array(8 + header.length + at);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, 8);
  let to = 8 + header.length;
  for (const { bytes } of Object.values(tensors)) {
    out.set(bytes, to);
    to += bytes.length;
  }
  return out;
}
const f32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);
const never = new AbortController().signal;

function open(files: Readonly<Record<string, Uint8Array>>, signal = never) {
  const got = { network: 0, store: 0 };
  const list = Object.entries(files).map(([name, { length }]) => ({ name, bytes: length }));
  const model: ModelFiles = {
    source: { from: 'file', name: 'test' },
    title: 'test',
    list,
    got,
    async read(name, begin, end) {
      got.store += end - begin;
      // As a store gives them: a view into a larger piece, at any place.
      const whole = new Uint8Array(end - begin + 3);
      whole.set(files[name]!.subarray(begin, end), 3);
      return whole.subarray(3);
    },
    close: () => Promise.resolve(),
  };
  const weights = list.map((f) => ({ ...f, sha256: null }));
  return { part: openPart(model, { weights, index: null, half: false }, signal), got };
}

describe('weights of a part', () => {
  const conv = [...Array(8).keys()].map((i) => i + 0.5);
  const both = {
    'a.weight': { dtype: 'F32', shape: [2, 1, 2, 2], bytes: f32(...conv) },
    'a.bias': { dtype: 'BF16', shape: [2], bytes: words(0x3f80, 0xc000) },
    'table.weight': { dtype: 'F16', shape: [3, 2], bytes: words(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600) },
    ids: { dtype: 'I64', shape: [1], bytes: new Uint8Array(8) },
  };
  it.each([0, 1, 2, 3])('are read in every type, whatever lies before them (%i)', async (pad) => {
    const part = await open({ 'w.safetensors': file(both, pad) }).part;
    expect([...(await part.matrix('a.weight', 2, 1, 2))]).toEqual(conv);
    expect([...(await part.vector('a.bias', 2))]).toEqual([1, -2]);
    expect([...(await part.matrix('table.weight', 3, 2, 1))]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(part.parameters).toBe(16);
  });
  it('are found in whichever shard has them', async () => {
    const shards = {
      'w-1.safetensors': file({ 'a.weight': both['a.weight'] }),
      'w-2.safetensors': file({ 'a.bias': both['a.bias'] }),
    };
    const part = await open(shards).part;
    expect(await part.vector('a.bias', 2)).toHaveLength(2);
    expect(await part.matrix('a.weight', 2, 1, 2)).toHaveLength(8);
  });
  it('give rows of a table without the rest, a row that comes again once', async () => {
    const { part, got } = open({ 'w.safetensors': file(both) });
    const tensors = await part;
    const before = got.store;
    expect([...(await tensors.rows('table.weight', 3, 2, [2, 0, 2]))]).toEqual([5, 6, 1, 2, 5, 6]);
    expect(got.store - before).toBe(8);
    await expect(tensors.rows('table.weight', 3, 2, [3])).rejects.toThrow(/row 3 of 3/);
  });
  it.each<[string, (p: Awaited<ReturnType<typeof openPart>>) => Promise<unknown>, RegExp]>([
    ['a name that is not there', (p) => p.vector('b.bias', 2), /no tensor "b\.bias"/],
    ['another shape', (p) => p.matrix('a.weight', 2, 2, 2), /\[2, 1, 2, 2\]; the configuration needs \[2, 2, 2, 2\]/],
    ['another length', (p) => p.vector('a.bias', 3), /needs \[3\]/],
    ['a type that is no weight', (p) => p.vector('ids', 1), /number type I64/],
  ])('%s is refused by name', async (_, ask, message) => {
    const part = await open({ 'w.safetensors': file(both) }).part;
    const error = await ask(part).then(
      () => null,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(message);
  });
  it('are not read once the reader has stopped', async () => {
    const stop = new AbortController();
    const part = await open({ 'w.safetensors': file(both) }, stop.signal).part;
    stop.abort();
    await expect(part.vector('a.bias', 2)).rejects.toThrow(Cancelled);
  });
  it.each([
    ['empty', new Uint8Array(0), /has 0 bytes/],
    ['cut in its length', new Uint8Array(5), /has 5 bytes/],
    ['of an absurd header', Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 127, 1]), /the header claims/],
    ['cut in its header', file(both).slice(0, 40), /the header claims/],
  ])('a file that is %s is refused', async (_, bytes, message) => {
    await expect(open({ 'w.safetensors': bytes }).part).rejects.toThrow(message);
  });
});
