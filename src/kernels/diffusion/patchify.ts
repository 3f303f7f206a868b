import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/diffusion/patchify.wgsl?raw');

export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface PatchifyArgs extends ImageShape {
  readonly samples: number;
  /** Samples in the register; `samples` may be a multiple of it (twice for guidance). Equal by default. */
  readonly sources?: number;
  readonly patch: number;
  /** Element offset of the register in the arena. */
  readonly at: number;
  /** c_in: x_model = scale·x̂. */
  readonly scale: number;
  /** Row stride of tokens and first column written; dense by default. */
  readonly row?: number;
  readonly column?: number;
}

/**
 * Register (samples, C, H, W) → tokens (samples·T, p·p·C), scaled. Vectors of dim d: channels d, height = width = patch
 * = 1.
 */
export const createPatchify = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'patchify',
    wgsl,
    bindings: { arena: 'read_write', tokens: 'read_write' },
    argBytes: 40,
    pack(write, a: PatchifyArgs) {
      if (a.height % a.patch || a.width % a.patch)
        throw new RangeError(`${a.height}×${a.width} does not divide into patches of ${a.patch}`);
      const inside = a.patch ** 2 * a.channels;
      write
        .u32(
          a.samples,
          a.sources ?? a.samples,
          a.channels,
          a.height,
          a.width,
          a.patch,
          a.at,
          a.row ?? inside,
          a.column ?? 0,
        )
        .f32(a.scale);
    },
    grid: (a) => grid1d(a.samples * a.channels * a.height * a.width, 64),
  });
