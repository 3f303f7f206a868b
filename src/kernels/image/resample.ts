import lib from '../../../shaders/lib/pointwise.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { type Call, grid1d, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { pointwise } from '../pointwise/activate.ts';
import { byVectors } from '../pointwise/byVectors.ts';

const wgsl = () => import('../../../shaders/image/resample.wgsl?raw');

interface Picture {
  readonly samples: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Of each pixel before, after a·x + b where there is a norm. */
  readonly activation?: 'none' | 'silu' | 'relu';
}
/** `mean` halves height and width; an odd row or column at the end is left out. */
export type ResampleArgs = Picture &
  ({ readonly by: 'mean' } | { readonly by: 'nearest'; readonly outHeight: number; readonly outWidth: number });

export interface Resample {
  readonly label: string;
  call(
    resources: {
      readonly x: Resource;
      /** (samples, 2, channels): a and b of a·x + b, as group_combine writes them. */
      readonly norm?: Resource;
      readonly y: Resource;
    },
    args: ResampleArgs,
    slots: UniformSlots,
    reuse?: number,
  ): Call;
}

const sizeOf = (a: ResampleArgs) =>
  a.by === 'mean'
    ? { height: Math.floor(a.height / 2), width: Math.floor(a.width / 2) }
    : { height: a.outHeight, width: a.outWidth };

/** An NHWC picture in another size. Reference: src/math/reference/pointwise.ts. */
export async function createResample(ctx: GpuContext): Promise<Resample> {
  type Own = ResampleArgs & { readonly hasNorm: boolean };
  const kernel = await byVectors(
    ctx,
    (unit) => ({
      label: 'resample',
      wgsl,
      libs: [lib],
      bindings: { x: 'read', norm: 'read', y: 'read_write' },
      argBytes: 36,
      pack(write, a: Own) {
        const { height, width } = sizeOf(a);
        if (height < 1 || width < 1)
          throw new RangeError(`resample: ${a.height}×${a.width} by ${a.by} leaves nothing (${height}×${width})`);
        const { activation = 'none' } = a;
        write.u32(a.samples, a.height, a.width, a.channels / unit, height, width, a.by === 'mean' ? 1 : 0);
        write.u32(a.hasNorm ? 1 : 0, activation === 'none' ? 0 : 1 + pointwise.indexOf(activation));
      },
      grid(a) {
        const { height, width } = sizeOf(a);
        return grid1d((a.samples * height * width * a.channels) / unit, 64);
      },
    }),
    ({ channels }) => channels % 4 === 0,
  );
  return {
    label: kernel.label,
    // An absent norm is never read.
    call: ({ x, norm, y }, args, slots, reuse) =>
      kernel.call({ x, norm: norm ?? x, y }, { ...args, hasNorm: norm !== undefined }, slots, reuse),
  };
}
