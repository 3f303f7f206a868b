import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/diffusion/blend.wgsl?raw');

export interface BlendArgs {
  /** Numbers of a register. */
  readonly count: number;
  /** Element offsets of registers in the arena; `out` may be one of the others. */
  readonly by: number;
  readonly a: number;
  readonly b: number;
  readonly out: number;
}
export type BlendKernel = Kernel<{ arena: 'read_write' }, BlendArgs>;

/** arena[out] = m·arena[a] + (1 − m)·arena[b], m = arena[by]. Reference: src/math/blend.ts. */
export const createBlend = (ctx: GpuContext): Promise<BlendKernel> =>
  createKernel(ctx, {
    label: 'blend',
    wgsl,
    bindings: { arena: 'read_write' },
    argBytes: 20,
    pack: (write, { count, by, a, b, out }: BlendArgs) => void write.u32(count, by, a, b, out),
    grid: ({ count }) => grid1d(count, 64),
  });
