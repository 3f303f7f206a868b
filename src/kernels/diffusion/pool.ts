import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/diffusion/pool.wgsl?raw');

export interface PoolArgs {
  /** Pictures of one channel, of even height and width. */
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  /** Element offsets of registers in the arena; they may be the same. */
  readonly x: number;
  readonly out: number;
}
export type PoolKernel = Kernel<{ arena: 'read_write' }, PoolArgs>;

/** Every number becomes the mean of its block of 2×2. Reference: src/math/pool.ts. */
export const createPool = (ctx: GpuContext): Promise<PoolKernel> =>
  createKernel(ctx, {
    label: 'pool',
    wgsl,
    bindings: { arena: 'read_write' },
    argBytes: 20,
    pack: (write, { planes, height, width, x, out }: PoolArgs) => void write.u32(planes, height, width, x, out),
    grid: ({ planes, height, width }) => grid1d((planes * height * width) / 4, 64),
  });
