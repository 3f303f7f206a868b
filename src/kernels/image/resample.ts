import lib from '../../../shaders/lib/pointwise.wgsl?raw';
import tanh from '../../../shaders/lib/tanh.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { type Call, grid1d, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { pointwise } from '../pointwise/activate.ts';
import { byVectors } from '../pointwise/byVectors.ts';

const wgsl = () => import('../../../shaders/image/resample.wgsl?raw');

/** Fixed at compile time. */
export interface ResampleOptions {
  /** `mean` halves height and width; an odd row or column at the end is left out. */
  readonly by: 'mean' | 'nearest';
  /** Of act(a·x + b). */
  readonly norm?: boolean;
  readonly activation?: 'none' | 'silu' | 'relu';
}
export interface ResampleArgs {
  readonly samples: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Of `nearest` alone. */
  readonly to?: { readonly height: number; readonly width: number };
}

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

/** An NHWC picture in another size. Reference: src/math/reference/pointwise.ts. */
export async function createResample(
  ctx: GpuContext,
  { by, norm: hasNorm = false, activation = 'none' }: ResampleOptions,
): Promise<Resample> {
  const sizeOf = ({ height, width, to }: ResampleArgs) => {
    if ((by === 'nearest') !== (to !== undefined))
      throw new RangeError(`resample: ${to ? 'means of 2×2 have a size of their own' : 'nearest to which size?'}`);
    const size = to ?? { height: Math.floor(height / 2), width: Math.floor(width / 2) };
    if (size.height < 1 || size.width < 1)
      throw new RangeError(`resample: ${height}×${width} by ${by} leaves nothing (${size.height}×${size.width})`);
    return size;
  };
  const kernel = await byVectors(
    ctx,
    (unit) => ({
      label: 'resample',
      wgsl,
      libs: [lib, tanh],
      bindings: { x: 'read', norm: 'read', y: 'read_write' },
      argBytes: 24,
      consts: {
        MEAN: String(by === 'mean'),
        HAS_NORM: String(hasNorm),
        ACTIVATION: activation === 'none' ? '0u' : `${1 + pointwise.indexOf(activation)}u`,
      },
      pack(write, a: ResampleArgs) {
        const { height, width } = sizeOf(a);
        write.u32(a.samples, a.height, a.width, a.channels / unit, height, width);
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
    call({ x, norm, y }, args, slots, reuse) {
      if (hasNorm !== (norm !== undefined))
        throw new Error(
          `resample was made ${hasNorm ? 'with' : 'without'} a norm, and called ${norm ? 'with' : 'without'} one`,
        );
      // An absent norm is never read.
      return kernel.call({ x, norm: norm ?? x, y }, args, slots, reuse);
    },
  };
}
