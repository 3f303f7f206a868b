/** The weights every linear kernel consumes, and the WGSL that reads them. Layouts: src/core/weightFormat.ts. */
import f32 from '../../../shaders/lib/weights.f32.wgsl?raw';
import f16 from '../../../shaders/lib/weights.f16.wgsl?raw';
import int8 from '../../../shaders/lib/weights.int8.wgsl?raw';
import int4 from '../../../shaders/lib/weights.int4.wgsl?raw';
import type { Resource, Source } from '../../gpu/kernel.ts';
import {
  type BlockFormat,
  columnsMultiple,
  isBlockFormat,
  type MatrixFormat,
  weightBytes,
  type WeightFormat,
} from '../../core/weightFormat.ts';

export type { WeightFormat };

/** Consecutive rows of a matrix in one buffer, the first at the buffer's start. */
export interface WeightChunk {
  readonly data: Resource;
  /** Where the format has any. */
  readonly scales?: Resource;
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * (rows, cols) by rows, as [out, in]. One chunk normally, several when the matrix exceeds the adapter's binding limit.
 */
export interface WeightMatrix<F extends MatrixFormat = MatrixFormat> {
  readonly format: F;
  readonly rows: number;
  readonly cols: number;
  readonly chunks: readonly WeightChunk[];
}

export const weightLib: Readonly<Record<WeightFormat, string>> = { f32, f16, int8, int4 };

const shared = () => import('../../../shaders/lib/blocks.wgsl?raw');
const dots = () => import('../../../shaders/lib/blocks.dots.wgsl?raw');
const sixBits = () => import('../../../shaders/lib/blocks.k.wgsl?raw');
const levels = () => import('../../../shaders/lib/blocks.levels.wgsl?raw');
/** What unpacks GGUF's blocks, downloaded with the first file that has them. */
const blockLibs: Readonly<Record<Exclude<BlockFormat, 'Q4_0'>, readonly Source[]>> = {
  Q8_0: [() => import('../../../shaders/lib/weights.q8_0.wgsl?raw')],
  Q4_1: [() => import('../../../shaders/lib/weights.q4_1.wgsl?raw')],
  Q5_0: [() => import('../../../shaders/lib/weights.q5_0.wgsl?raw')],
  Q5_1: [() => import('../../../shaders/lib/weights.q5_1.wgsl?raw')],
  Q2_K: [() => import('../../../shaders/lib/weights.q2_k.wgsl?raw')],
  Q3_K: [() => import('../../../shaders/lib/weights.q3_k.wgsl?raw')],
  Q4_K: [() => import('../../../shaders/lib/weights.q4_k.wgsl?raw'), sixBits],
  Q5_K: [() => import('../../../shaders/lib/weights.q5_k.wgsl?raw'), sixBits],
  Q6_K: [() => import('../../../shaders/lib/weights.q6_k.wgsl?raw')],
  IQ4_NL: [() => import('../../../shaders/lib/weights.iq4_nl.wgsl?raw'), levels],
  IQ4_XS: [() => import('../../../shaders/lib/weights.iq4_xs.wgsl?raw'), levels],
  MXFP4: [() => import('../../../shaders/lib/weights.mxfp4.wgsl?raw'), levels],
  BF16: [() => import('../../../shaders/lib/weights.bf16.wgsl?raw')],
};
/** The four made here, and Q4_0, which is int4 in the file's own words. */
export const madeFormat = (format: MatrixFormat): WeightFormat | null => {
  if (format === 'Q4_0') return 'int4';
  return isBlockFormat(format) ? null : format;
};
/** Blocks alone: units by flat index, for kernels that look rows up. */
export const blockSources = (format: Exclude<BlockFormat, 'Q4_0'>): readonly Source[] => [...blockLibs[format], shared];
/** All that a kernel of dot products needs of a format. */
export function weightSources(format: MatrixFormat): readonly Source[] {
  const made = madeFormat(format);
  return made ? [weightLib[made]] : [...blockSources(format as Exclude<BlockFormat, 'Q4_0'>), dots];
}

/** First bindings of every kernel that reads weights. A format without scales binds its data in their place. */
export type WeightBindings = { w: 'read'; scales: 'read' };
export const weightBindings: WeightBindings = { w: 'read', scales: 'read' };
export const bindWeights = (chunk: WeightChunk) => ({ w: chunk.data, scales: chunk.scales ?? chunk.data });

/** Throws when a matrix is not what its kernel was made for, or its chunks do not cover it in order. */
export function checkWeights(label: string, weights: WeightMatrix, format: MatrixFormat): void {
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
