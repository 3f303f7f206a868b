/** The weights every linear kernel consumes, and the WGSL that reads them. Layouts: src/core/weightFormat.ts. */
import f32 from '../../../shaders/lib/weights.f32.wgsl?raw';
import f16 from '../../../shaders/lib/weights.f16.wgsl?raw';
import int8 from '../../../shaders/lib/weights.int8.wgsl?raw';
import int4 from '../../../shaders/lib/weights.int4.wgsl?raw';
import type { Resource } from '../../gpu/kernel.ts';
import { columnsMultiple, weightBytes, type WeightFormat } from '../../core/weightFormat.ts';

export type { WeightFormat };

/** Consecutive rows of a matrix in one buffer, the first at the buffer's start. */
export interface WeightChunk {
  readonly data: Resource;
  /** int8 and int4. */
  readonly scales?: Resource;
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * (rows, cols) by rows, as [out, in]. One chunk normally, several when the matrix exceeds the adapter's binding limit.
 */
export interface WeightMatrix {
  readonly format: WeightFormat;
  readonly rows: number;
  readonly cols: number;
  readonly chunks: readonly WeightChunk[];
}

export const weightLib: Readonly<Record<WeightFormat, string>> = { f32, f16, int8, int4 };

/** First bindings of every kernel that reads weights. A format without scales binds its data in their place. */
export type WeightBindings = { w: 'read'; scales: 'read' };
export const weightBindings: WeightBindings = { w: 'read', scales: 'read' };
export const bindWeights = (chunk: WeightChunk) => ({ w: chunk.data, scales: chunk.scales ?? chunk.data });

/** Throws when a matrix is not what its kernel was made for, or its chunks do not cover it in order. */
export function checkWeights(label: string, weights: WeightMatrix, format: WeightFormat): void {
  const { rows, cols, chunks } = weights;
  if (weights.format !== format) throw new RangeError(`${label} was made for ${format} weights, not ${weights.format}`);
  if (cols % columnsMultiple(format) !== 0)
    throw new RangeError(
      `${label}: rows of ${cols} ${format} weights are not a multiple of ${columnsMultiple(format)}`,
    );
  let next = 0;
  for (const chunk of chunks) {
    if (chunk.firstRow !== next) throw new RangeError(`${label}: a chunk starts at row ${chunk.firstRow}, not ${next}`);
    if (!chunk.scales && weightBytes(format, 1, cols).scales > 0)
      throw new RangeError(`${label}: ${format} weights need scales`);
    next += chunk.rows;
  }
  if (next !== rows) throw new RangeError(`${label}: the chunks hold ${next} of ${rows} rows`);
}

/** The one chunk of a matrix, for kernels that combine far apart rows. */
export function onlyChunk(label: string, weights: WeightMatrix): WeightChunk {
  const [chunk, second] = weights.chunks;
  if (!chunk || second)
    throw new RangeError(`${label} needs its ${weights.rows} rows in one buffer, not in ${weights.chunks.length}`);
  return chunk;
}
