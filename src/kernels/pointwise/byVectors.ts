import type { GpuContext } from '../../gpu/device.ts';
import { type Bindings, createKernel, type Kernel, type KernelSpec } from '../../gpu/kernel.ts';

/** Numbers that a shader's `Number` holds. */
export type Unit = 1 | 4;

/** A kernel that works on four numbers at once where its arguments allow, else on one: the shader says `alias Number`. */
export async function byVectors<B extends Bindings, A>(
  ctx: GpuContext,
  spec: (unit: Unit) => KernelSpec<B, A>,
  fits: (args: A) => boolean,
): Promise<Kernel<B, A>> {
  const made = (unit: Unit) => {
    const one = spec(unit);
    return createKernel(ctx, { ...one, consts: { ...one.consts, Number: unit === 4 ? 'vec4f' : 'f32' } });
  };
  const [any, fast] = await Promise.all([made(1), made(4)]);
  return {
    label: any.label,
    call: (resources, args, slots, reuse) => (fits(args) ? fast : any).call(resources, args, slots, reuse),
  };
}
