import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/linear/broadcast_add.wgsl?raw');

export interface BroadcastAddArgs {
  readonly outer: number;
  readonly inner: number;
  readonly dim: number;
  /** Strides in elements along outer and inner; 0 broadcasts. */
  readonly a: readonly [outer: number, inner: number];
  readonly b: readonly [outer: number, inner: number];
}

/**
 * y[i, j] = a[i, j] + b[i, j], rows of `dim`. Positions onto tokens: a [T·d, d], b [0, d]. Block tables onto one shared
 * modulation (outer = blocks, inner = samples): a [0, dim], b [dim, 0].
 */
export const createBroadcastAdd = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'broadcast_add',
    wgsl,
    bindings: { a: 'read', b: 'read', y: 'read_write' },
    argBytes: 28,
    pack: (write, { outer, inner, dim, a, b }: BroadcastAddArgs) =>
      void write.u32(outer, inner, dim, a[0], a[1], b[0], b[1]),
    grid: ({ outer, inner, dim }) => grid1d(outer * inner * dim, 64),
  });
