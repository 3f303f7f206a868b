// What "as they come" means for a file, by its number types and the adapter.
import { describe, expect, test } from 'vitest';
import type { Checkpoint, TensorEntry } from '../../formats/checkpoint.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { resolveFormat } from './load.ts';

/** A file of tensors of these types and sizes in MB. */
const file = (...tensors: readonly (readonly [string, number])[]): Checkpoint => ({
  files: [],
  tensors: new Map(
    tensors.map(([dtype, mb], i) => [
      `t${i}`,
      { name: `t${i}`, file: 'f', dtype, shape: [1], begin: 0, end: mb * 2 ** 20 } as unknown as TensorEntry,
    ]),
  ),
});
const on = (isSoftware: boolean) => ({ info: { isSoftware } }) as unknown as GpuContext;

describe('as they come', () => {
  test.each<[string, Checkpoint, software: string, hardware: string]>([
    ['f32', file(['F32', 10]), 'f32', 'f32'],
    ['f16, small', file(['F16', 100]), 'f32', 'f16'],
    ['f16, large', file(['F16', 300]), 'f16', 'f16'],
    ['bf16, small', file(['BF16', 100]), 'f32', 'f16'],
    ['Q8_0', file(['Q8_0', 100], ['F32', 1]), 'stored', 'stored'],
    ['Q4_K with Q6_K', file(['Q4_K', 60], ['Q6_K', 40]), 'stored', 'stored'],
    ['Q2_K with some F16', file(['Q2_K', 60], ['F16', 40]), 'stored', 'stored'],
    ['f16 with some Q8_0', file(['F16', 300], ['Q8_0', 40]), 'f16', 'f16'],
  ])('%s', (_, checkpoint, software, hardware) => {
    expect([resolveFormat('auto', checkpoint, on(true)), resolveFormat('auto', checkpoint, on(false))]).toEqual([
      software,
      hardware,
    ]);
    expect(resolveFormat('int4', checkpoint, on(true))).toBe('int4');
    expect(resolveFormat('auto', checkpoint, null)).toBe('f32');
  });
});
