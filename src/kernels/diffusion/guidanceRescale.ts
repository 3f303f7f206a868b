import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';
import type { ImageShape } from './patchify.ts';

const wgsl = () => import('../../../shaders/diffusion/guidance_rescale.wgsl?raw');

export interface GuidanceRescaleArgs extends ImageShape {
  /** The tokens hold twice as many, the conditional batch first. */
  readonly samples: number;
  readonly patch: number;
  /** Row stride of tokens and of the pixels in one; dense by default. */
  readonly row?: number;
  readonly pixel?: number;
  /** Guidance u + weight·(c − u), and φ of its rescaling. */
  readonly weight: number;
  readonly rescale: number;
}

/** What the guided prediction of each sample is multiplied by. Reference: src/models/guidance.ts. */
export const createGuidanceRescale = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'guidance_rescale',
    wgsl,
    bindings: { tokens: 'read', factors: 'read_write' },
    argBytes: 32,
    pack(write, a: GuidanceRescaleArgs) {
      const pixels = a.patch ** 2;
      const { pixel = a.channels, row = pixels * pixel } = a;
      write.u32(a.samples, (a.height * a.width) / pixels, pixels, a.channels, row, pixel).f32(a.weight, a.rescale);
    },
    grid: (a) => grid1d(a.samples, 1),
  });
