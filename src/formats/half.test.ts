import { expect, it } from 'vitest';
import { bfloatToFloat, halfToFloat, halfValue } from './half.ts';
import { parseSafetensors, toFloat32 } from './safetensors.ts';
import { build, entry } from './safetensorsTesting.ts';

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
