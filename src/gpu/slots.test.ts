import { expect, test } from 'vitest';
import { ArgWriter } from './slots.ts';

test('writes scalars little-endian and in order, with alignment', () => {
  const w = new ArgWriter(32).u32(1, 0xffffffff).f32(0.5).align(16).u32(7);
  expect([...new Uint32Array(w.bytes.buffer)]).toEqual([1, 0xffffffff, 0x3f000000, 0, 7, 0, 0, 0]);
});

test.each([NaN, Infinity, -Infinity, 1e39])('refuses the float %f', (v) =>
  expect(() => new ArgWriter(16).f32(v)).toThrow('not a finite f32'),
);
test.each([-1, 0.5, NaN, 2 ** 32])('refuses the u32 %f', (v) =>
  expect(() => new ArgWriter(16).u32(v)).toThrow('not a u32'),
);
test('refuses to write past the struct', () => expect(() => new ArgWriter(4).u32(1, 2)).toThrow());
