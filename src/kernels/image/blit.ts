import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d } from '../../gpu/kernel.ts';
import type { ImageShape } from '../diffusion/patchify.ts';

const wgsl = () => import('../../../shaders/image/blit.wgsl?raw');

export interface BlitArgs extends Omit<ImageShape, 'channels'> {
  readonly channels: 1 | 3;
  readonly samples: number;
  /** Element offset of the register in the arena. */
  readonly at: number;
  /** Tiles across and down. */
  readonly columns: number;
  readonly rows: number;
  /** First pixel written in `pixels`; 0 by default. */
  readonly out?: number;
  /** Values are multiplied by this before they are clamped to [−1, 1]; 1 by default. */
  readonly scale?: number;
}

/** Register → RGBA8 pixels (u32 each, R in the lowest byte) of a grid of images, ready for ImageData. */
export const createBlit = (ctx: GpuContext) =>
  createKernel(ctx, {
    label: 'blit',
    wgsl,
    bindings: { arena: 'read', pixels: 'read_write' },
    argBytes: 36,
    pack: (write, a: BlitArgs) =>
      void write.u32(a.samples, a.channels, a.height, a.width, a.at, a.columns, a.rows, a.out ?? 0).f32(a.scale ?? 1),
    grid: (a) => grid1d(a.columns * a.width * a.rows * a.height, 64),
  });
