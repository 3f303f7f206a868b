/**
 * For `*.gpu.test.ts` only: weight matrices of every format on the GPU, with the float64 values that they stand for.
 */
import { quantiseRows } from '../formats/quantise.ts';
import type { GpuContext } from '../gpu/device.ts';
import { upload, wave } from '../gpu/testing.ts';
import type { WeightChunk, WeightMatrix } from '../kernels/linear/weightMatrix.ts';
import { dequantise } from '../math/reference/quant.ts';
import type { WeightFormat } from '../core/weightFormat.ts';

export interface TestWeights extends WeightMatrix {
  readonly values: Float64Array;
  destroy(): void;
}

/**
 * Weights of scale about 1/√cols with rows of different sizes, in as many chunks as `chunkRows` (multiples of 2) says.
 */
export async function testWeights(
  ctx: GpuContext,
  format: WeightFormat,
  rows: number,
  cols: number,
  seed: number,
  chunkRows = rows,
): Promise<TestWeights> {
  const dense = wave(rows * cols, seed);
  for (let i = 0; i < dense.length; i++) dense[i]! *= (0.5 + (Math.floor(i / cols) % 3)) / Math.sqrt(cols);
  const chunks: WeightChunk[] = [];
  const buffers: GPUBuffer[] = [];
  const values = new Float64Array(rows * cols);
  for (let firstRow = 0; firstRow < rows; firstRow += chunkRows) {
    const count = Math.min(chunkRows, rows - firstRow);
    const packed = quantiseRows(dense.slice(firstRow * cols, (firstRow + count) * cols), count, cols, format);
    values.set(dequantise(format, packed.data, packed.scales, count, cols), firstRow * cols);
    const data = await upload(ctx, packed.data, 'weights');
    const scales = packed.scales && (await upload(ctx, packed.scales, 'scales'));
    buffers.push(data, ...(scales ? [scales] : []));
    chunks.push({ data, ...(scales && { scales }), firstRow, rows: count });
  }
  return { format, rows, cols, chunks, values, destroy: () => buffers.forEach((b) => ctx.buffers.destroy(b)) };
}
