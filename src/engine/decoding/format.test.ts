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
    ['Q8_0', file(['Q8_0', 100], ['F32', 1]), 'int8', 'int8'],
    ['Q6_K', file(['Q6_K', 100]), 'int8', 'int8'],
    ['Q4_0', file(['Q4_0', 60], ['Q6_K', 40]), 'int4', 'int4'],
    ['Q4_K', file(['Q4_K', 60], ['Q6_K', 40]), 'int4', 'int4'],
    // 8 bits keep what these hold, and are the quickest that do on a processor.
    ['Q4_1', file(['Q4_1', 60], ['Q8_0', 30]), 'int8', 'f16'],
    ['Q5_0', file(['Q5_0', 60]), 'int8', 'f16'],
    ['Q5_1', file(['Q5_1', 300]), 'int8', 'f16'],
    ['Q5_K', file(['Q5_K', 60]), 'int8', 'f16'],
  ])('%s', (_, checkpoint, software, hardware) => {
    expect([resolveFormat('auto', checkpoint, on(true)), resolveFormat('auto', checkpoint, on(false))]).toEqual([
      software,
      hardware,
    ]);
    expect(resolveFormat('int4', checkpoint, on(true))).toBe('int4');
    expect(resolveFormat('auto', checkpoint, null)).toBe('f32');
  });
});
