import type { GpuContext } from '../../gpu/device.ts';
import { type Call, createKernel, grid1d, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';

const wgsl = () => import('../../../shaders/norm/row_norm.wgsl?raw');

export interface RowNormOptions {
  /** True: x += scale·norm(delta)·weight. False: x = norm(x)·weight in place. */
  readonly add: boolean;
}
/** `xAt` and `xRow` (the width by default) in elements of x; `scale` is 1 by default and goes with `add`. */
export interface RowNormArgs {
  readonly rows: number;
  readonly width: number;
  readonly epsilon: number;
  readonly xAt?: number;
  readonly xRow?: number;
  readonly scale?: number;
}
export interface RowNorm {
  readonly label: string;
  /** delta (rows, width), with `add` alone; weight (width); x (rows, xRow). */
  call(
    resources: { readonly x: Resource; readonly weight: Resource; readonly delta?: Resource },
    args: RowNormArgs,
    slots: UniformSlots,
  ): Call;
}

/** RMSNorm of a part of every row, in place or added to x. Reference: src/math/reference/rowNorm.ts. */
export async function createRowNorm(ctx: GpuContext, { add }: RowNormOptions): Promise<RowNorm> {
  const kernel = await createKernel(ctx, {
    label: 'row_norm',
    wgsl,
    bindings: { delta: 'read', weight: 'read', x: 'read_write' },
    argBytes: 24,
    consts: { ADD: String(add) },
    pack(write, { rows, width, epsilon, xAt = 0, xRow = width, scale = 1 }: RowNormArgs) {
      write.u32(rows, width, xAt, xRow).f32(epsilon, scale);
    },
    grid: ({ rows }) => grid1d(rows, 1),
  });
  return {
    label: kernel.label,
    call({ x, weight, delta }, args, slots) {
      if (add !== (delta !== undefined))
        throw new Error(
          `row_norm was made ${add ? 'to add' : 'in place'}, and called ${delta ? 'with' : 'without'} a delta`,
        );
      // an absent one is never read
      return kernel.call({ x, weight, delta: delta ?? weight }, args, slots);
    },
  };
}
