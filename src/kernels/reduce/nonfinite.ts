import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/reduce/nonfinite.wgsl?raw');

export interface NonfiniteArgs {
  readonly count: number;
  /** Of `counts`. */
  readonly slot: number;
}
/** Numbers that an invocation looks at, where there are many. */
const EACH = 32;

/** counts[slot] += how many of x are NaN or infinite; whoever records it clears `counts` before. */
export const createNonfinite = (ctx: GpuContext): Promise<Kernel<{ x: 'read'; counts: 'read_write' }, NonfiniteArgs>> =>
  createKernel(ctx, {
    label: 'nonfinite',
    wgsl,
    bindings: { x: 'read', counts: 'read_write' },
    argBytes: 8,
    pack: (write, { count, slot }: NonfiniteArgs) => void write.u32(count, slot),
    grid: ({ count }) => grid1d(Math.ceil(count / EACH), 64),
  });
