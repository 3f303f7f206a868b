import type { GpuContext } from '../../gpu/device.ts';
import { grid1d, type Kernel } from '../../gpu/kernel.ts';
import { byVectors } from './byVectors.ts';

const wgsl = () => import('../../../shaders/pointwise/add_rows.wgsl?raw');

export interface AddRowsArgs {
  readonly rows: number;
  readonly width: number;
  readonly tableRows: number;
}

/** x[r] += table[r mod tableRows] in place, rows of `width`. Reference: src/math/reference/pointwise.ts. */
export const createAddRows = (ctx: GpuContext): Promise<Kernel<{ table: 'read'; x: 'read_write' }, AddRowsArgs>> =>
  byVectors(
    ctx,
    (unit) => ({
      label: 'add_rows',
      wgsl,
      bindings: { table: 'read', x: 'read_write' },
      argBytes: 8,
      pack: (write, { rows, width, tableRows }: AddRowsArgs) =>
        void write.u32((rows * width) / unit, (tableRows * width) / unit),
      grid: ({ rows, width }) => grid1d((rows * width) / unit, 64),
    }),
    ({ rows, width, tableRows }) => (rows * width) % 4 === 0 && (tableRows * width) % 4 === 0,
  );
