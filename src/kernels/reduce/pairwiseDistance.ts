import type { GpuContext } from '../../gpu/device.ts';
import { createKernel } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/reduce/pairwise_distance.wgsl?raw');

export interface PairwiseDistanceArgs {
  readonly n: number;
  readonly m: number;
  readonly dim: number;
  readonly aAt?: number;
  readonly bAt?: number;
  /**
   * b is cut into so many parts, each with its own row of n partial sums: `partial` holds parts·n numbers. 1 by
   * default.
   */
  readonly parts?: number;
}

/** partial[part, i] = Σ |a_i − b_j| over the part's j; the caller adds them in float64. */
export const createPairwiseDistance = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'pairwise_distance',
    wgsl,
    bindings: { a: 'read', b: 'read', partial: 'read_write' },
    argBytes: 24,
    pack: (write, a: PairwiseDistanceArgs) => void write.u32(a.n, a.m, a.dim, a.aAt ?? 0, a.bAt ?? 0, a.parts ?? 1),
    grid: (a) => [Math.ceil(a.n / 64), a.parts ?? 1],
  });
