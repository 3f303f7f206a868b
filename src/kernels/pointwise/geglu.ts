import lib from '../../../shaders/lib/pointwise.wgsl?raw';
import tanh from '../../../shaders/lib/tanh.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { grid1d, type Kernel } from '../../gpu/kernel.ts';
import { byVectors } from './byVectors.ts';

const wgsl = () => import('../../../shaders/pointwise/geglu.wgsl?raw');

export interface GegluArgs {
  readonly rows: number;
  /** Of y; x is twice as wide, values first, then gates. */
  readonly width: number;
}

/** y[r, c] = x[r, c]·gelu(x[r, width + c]), the exact GELU. Reference: src/math/reference/pointwise.ts. */
export const createGeglu = (ctx: GpuContext): Promise<Kernel<{ x: 'read'; y: 'read_write' }, GegluArgs>> =>
  byVectors(
    ctx,
    (unit) => ({
      label: 'geglu',
      wgsl,
      libs: [lib, tanh],
      bindings: { x: 'read', y: 'read_write' },
      argBytes: 8,
      pack: (write, { rows, width }: GegluArgs) => void write.u32(rows, width / unit),
      grid: ({ rows, width }) => grid1d((rows * width) / unit, 64),
    }),
    ({ width }) => width % 4 === 0,
  );
