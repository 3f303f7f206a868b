import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/diffusion/guidance.wgsl?raw');

export interface GuidanceArgs {
  readonly count: number;
  /** Element offsets in the arena. */
  readonly conditional: number;
  readonly unconditional: number;
  readonly out: number;
  readonly weight: number;
}

/** arena[out] = u + weight·(c − u). For networks, unpatchify does this in passing. */
export const createGuidance = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'guidance',
    wgsl,
    bindings: { arena: 'read_write' },
    argBytes: 20,
    pack: (write, a: GuidanceArgs) => void write.u32(a.count, a.conditional, a.unconditional, a.out).f32(a.weight),
    grid: (a) => grid1d(a.count, 64),
  });
