import activations from '../../../shaders/lib/activations.wgsl?raw';
import linear from '../../../shaders/lib/linear.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import {
  type Linear,
  linearCalls,
  linearConsts,
  type LinearOptions,
  type LinearOwn,
  linearPart,
} from './linearShared.ts';
import { createRowDots, type RowDotsOptions } from './rowDots.ts';

const wgsl = () => import('../../../shaders/linear/matvec.wgsl?raw');

export interface MatvecOptions extends RowDotsOptions, LinearOptions {}

/** y[r] = act(W·x[r] + bias) for 1 to 8 rows. Reference: src/math/reference/linear.ts. */
export async function createMatvec(ctx: GpuContext, options: MatvecOptions): Promise<Linear> {
  const dots = await createRowDots(ctx, options, {
    label: 'matvec',
    wgsl,
    libs: [linear, activations],
    ...linearPart,
    consts: linearConsts(options),
    quads: (a: LinearOwn) => Math.ceil(a.n / 4),
  });
  return linearCalls(dots.label, options.format, (resources, args, slots) => dots.call(resources, args, slots));
}
