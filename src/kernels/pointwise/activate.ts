import lib from '../../../shaders/lib/pointwise.wgsl?raw';
import tanh from '../../../shaders/lib/tanh.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { grid1d, type Kernel } from '../../gpu/kernel.ts';
import { byVectors } from './byVectors.ts';

const wgsl = () => import('../../../shaders/pointwise/activate.wgsl?raw');

/** As the shader numbers them, from 1 on. `gelu` is its tanh form; `clamp` is most·tanh(v / most), `scale` most·v. */
export const pointwise = ['silu', 'relu', 'gelu', 'gelu_erf', 'quick_gelu', 'clamp', 'scale'] as const;
export type Pointwise = (typeof pointwise)[number];

export interface ActivateArgs {
  readonly count: number;
  /** Of `clamp` and `scale`. */
  readonly most?: number;
}

/** x = f(x) in place. Reference: src/math/reference/pointwise.ts. */
export const createActivate = (
  ctx: GpuContext,
  { activation }: { readonly activation: Pointwise },
): Promise<Kernel<{ x: 'read_write' }, ActivateArgs>> =>
  byVectors(
    ctx,
    (unit) => ({
      label: 'activate',
      wgsl,
      libs: [lib, tanh],
      bindings: { x: 'read_write' },
      argBytes: 8,
      consts: { ACTIVATION: `${1 + pointwise.indexOf(activation)}u` },
      pack(write, { count, most }: ActivateArgs) {
        if ((activation === 'clamp' || activation === 'scale') !== (most !== undefined))
          throw new RangeError(`activate: ${activation} with most ${most}; clamp and scale have one, nothing else`);
        if (most !== undefined && !(most > 0))
          throw new RangeError(`activate: ${activation} to ${most}, which is not above 0`);
        write.u32(count / unit).f32(most ?? 1);
      },
      grid: ({ count }) => grid1d(count / unit, 64),
    }),
    ({ count }) => count % 4 === 0,
  );
