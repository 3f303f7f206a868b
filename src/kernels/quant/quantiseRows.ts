import type { GpuContext } from '../../gpu/device.ts';
import { createKernel } from '../../gpu/kernel.ts';
import type { RowsOfX } from '../linear/linearShared.ts';

const wgsl = () => import('../../../shaders/quant/quantise_rows.wgsl?raw');

/** `cols` is a multiple of 8; at most 65,535 rows. */
export interface QuantiseRowsArgs extends RowsOfX {
  readonly cols: number;
}

/**
 * Rows of x as int8: q holds (rows, cols) signed bytes, four a word and low byte first, scales one f32 a row (its
 * largest magnitude / 127). A row of zeros has a scale of 0. Reference: src/math/reference/quant.ts.
 */
export const createQuantiseRows = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'quantise_rows',
    wgsl,
    bindings: { x: 'read', q: 'read_write', scales: 'read_write' },
    argBytes: 16,
    pack(write, { rows, cols, xAt = 0, xRow = cols }: QuantiseRowsArgs) {
      if (cols % 8 !== 0) throw new RangeError(`quantise_rows: ${cols} columns; they must be a multiple of 8`);
      if (xAt % 4 !== 0 || xRow % 4 !== 0)
        throw new RangeError(`quantise_rows: x starts at ${xAt} with rows of ${xRow}; both must be multiples of 4`);
      write.u32(cols / 8, rows, xAt / 4, xRow / 4);
    },
    grid: (a) => [a.rows],
  });
