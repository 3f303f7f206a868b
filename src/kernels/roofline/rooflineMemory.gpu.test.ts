import { describe, expect, test } from 'vitest';
import { launch, nodeContext, nodeSlots } from '../../gpu/testing.ts';
import { createMemoryCopy, createMemoryRead, readSums } from './rooflineMemory.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
const [read, copy] = await Promise.all([createMemoryRead(ctx), createMemoryCopy(ctx)]);
/** Whole numbers, so that sums are exact whatever their order. */
const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => ((i * 37) % 101) - 7);

// Vectors around one invocation, one workgroup's step of four (64 on software, 1,024 on hardware), and several
// workgroups of each.
describe.each([1, 15, 16, 17, 63, 64, 65, 200, 1023, 1024, 1025, 4096, 70_001])('%i vectors', (vectors) => {
  const x = numbers(4 * vectors);
  const total = x.reduce((a, b) => a + b, 0);
  const size = 16 * vectors;
  test.each([1, 3])('memory_read adds up all of x, %i times over', async (passes) => {
    const sums = readSums(ctx.info, { size });
    const more = new Float32Array(x.length + 4096).fill(1); // x lies in a longer buffer: what follows does not count
    more.set(x);
    const y = await launch(
      ctx,
      slots,
      read,
      { x: more, y: new Float32Array(sums + 4).fill(-1) },
      { size, passes },
      'y',
    );
    expect(y.subarray(0, sums).reduce((a, b) => a + b, 0)).toBe(passes * total);
    expect([...y.subarray(sums)]).toEqual([-1, -1, -1, -1]);
    expect(read.bytes({ size, passes })).toBe(passes * size + 4 * sums);
  });
  test('memory_copy copies all of x and nothing else', async () => {
    const y = await launch(
      ctx,
      slots,
      copy,
      { x: numbers(4 * vectors + 8), y: new Float32Array(4 * vectors + 8).fill(-1) },
      { size },
      'y',
    );
    expect(y.subarray(0, 4 * vectors)).toEqual(x);
    expect(new Set(y.subarray(4 * vectors))).toEqual(new Set([-1]));
    expect(copy.bytes({ size, passes: 5 })).toBe(10 * size);
  });
});

test('sizes that are not whole vectors are refused', async () => {
  const y = ctx.device.createBuffer({ size: 64, usage: 128 });
  expect(() => read.call({ x: y, y }, { size: 20 }, slots)).toThrow('20 bytes are not a positive multiple of 16');
  expect(() => copy.call({ x: y, y }, { size: 0 }, slots)).toThrow('0 bytes');
  y.destroy();
});
