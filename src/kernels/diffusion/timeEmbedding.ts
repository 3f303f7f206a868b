import trigLib from '../../../shaders/lib/trig.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/diffusion/time_embedding.wgsl?raw');

export interface TimeEmbeddingArgs {
  readonly rows: number;
  /** Number of frequencies; a row gets `half` cosines, then `half` sines. */
  readonly half: number;
  /** The scalar that is embedded, e.g. 1000·t. */
  readonly value: number;
  /** Row stride of y and first column written; 2·half and 0 by default. */
  readonly row?: number;
  readonly column?: number;
}

/** The `turns` buffer of given angular frequencies. */
export const turns = (frequencies: ArrayLike<number>) => Float32Array.from(frequencies, (w) => w / (2 * Math.PI));

/** Frequencies of the transformer's embedding: 10000^(−j / half). */
export const sinusoids = (half = 128) =>
  Float64Array.from({ length: half }, (_, j) => Math.exp((-Math.log(10000) * j) / half));

/** y[r] = [cos(value·w), sin(value·w)] for every row; `turns` from `turns()`. */
export const createTimeEmbedding = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'time_embedding',
    wgsl,
    libs: [trigLib],
    bindings: { turns: 'read', y: 'read_write' },
    argBytes: 20,
    pack: (write, a: TimeEmbeddingArgs) =>
      void write.u32(a.rows, a.half, a.row ?? 2 * a.half, a.column ?? 0).f32(a.value),
    grid: (a) => grid1d(a.rows * Math.ceil(a.half / 2), 64),
  });
