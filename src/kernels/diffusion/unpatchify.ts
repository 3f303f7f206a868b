import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';
import type { ImageShape } from './patchify.ts';

const wgsl = () => import('../../../shaders/diffusion/unpatchify.wgsl?raw');

export interface UnpatchifyArgs extends ImageShape {
  /** Samples written; with guidance the tokens hold twice as many, the conditional batch first. */
  readonly samples: number;
  readonly patch: number;
  /** Element offsets of x̂ and of the result; may be equal. */
  readonly at: number;
  readonly out: number;
  /** out = skip·x̂ + scale·F: c_skip and c_out. */
  readonly skip: number;
  readonly scale: number;
  /** Classifier-free guidance F = u + weight·(c − u). */
  readonly guidance?: number;
  /** Row stride of tokens; dense by default. */
  readonly row?: number;
}

/** Tokens (samples·T, p·p·C) → register, wrapped into a denoiser: out = skip·x̂ + scale·F. */
export const createUnpatchify = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'unpatchify',
    wgsl,
    bindings: { arena: 'read_write', tokens: 'read' },
    argBytes: 48,
    pack(write, a: UnpatchifyArgs) {
      if (a.height % a.patch || a.width % a.patch)
        throw new RangeError(`${a.height}×${a.width} does not divide into patches of ${a.patch}`);
      write.u32(a.samples, a.channels, a.height, a.width, a.patch, a.at, a.out, a.row ?? a.patch ** 2 * a.channels);
      write.f32(a.skip, a.scale, a.guidance ?? 0).u32(a.guidance === undefined ? 0 : 1);
    },
    grid: (a) => grid1d(a.samples * a.channels * a.height * a.width, 64),
  });
