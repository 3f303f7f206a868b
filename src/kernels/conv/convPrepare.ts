import picture from '../../../shaders/lib/picture.wgsl?raw';
import scalar from '../../../shaders/lib/picture_scalar.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';
import { bordered, type Dense, isDirect, packPicture } from './convArgs.ts';

const wgsl = () => import('../../../shaders/conv/conv_prepare.wgsl?raw');

export type ConvPrepare = Kernel<{ x: 'read'; x2: 'read'; norm: 'read'; y: 'read_write' }, Dense> & {
  /** Of the picture that is made; 0 where the convolution reads its inputs as they lie. */
  bytes(d: Dense): number;
};

/** The picture that 2.quad and 3.octet read: act(a·x + b) of both inputs in a border of zeros. */
export async function createConvPrepare(ctx: GpuContext): Promise<ConvPrepare> {
  const vec4s = (d: Dense) => {
    const { rows, columns } = bordered(d);
    return d.samples * rows * columns * 2 * d.units;
  };
  const kernel = await createKernel(ctx, {
    label: 'conv_prepare',
    wgsl,
    libs: [picture, scalar],
    bindings: { x: 'read', x2: 'read', norm: 'read', y: 'read_write' },
    argBytes: 72,
    pack(write, d: Dense) {
      const { rows, columns, top, left } = bordered(d);
      packPicture(write, d).u32(d.samples, rows, columns, 2 * d.units, top >>> 0, left >>> 0);
    },
    grid: (d) => grid1d(vec4s(d), 64),
  });
  return { ...kernel, bytes: (d) => (isDirect(d) ? 0 : 16 * vec4s(d)) };
}
