import activations from '../../../shaders/lib/activations.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import { createKernel, grid1d, type Kernel } from '../../gpu/kernel.ts';

const wgsl = () => import('../../../shaders/linear/gate_activation.wgsl?raw');

/** silu: SwiGLU; gelu (its tanh form): GeGLU. */
export type GateActivationKind = 'silu' | 'gelu';
export const gateConsts = (activation: GateActivationKind = 'silu') => ({ GELU: String(activation === 'gelu') });

export interface GateActivationArgs {
  readonly rows: number;
  readonly hidden: number;
}

/**
 * h[r, j] = act(x[r, j])·x[r, hidden + j]; x is (rows, 2·hidden), h (rows, hidden), hidden a multiple of 4. Reference:
 * gated in src/math/reference/linear.ts.
 */
export function createGateActivation(
  ctx: GpuContext,
  activation?: GateActivationKind,
): Promise<Kernel<{ x: 'read'; h: 'read_write' }, GateActivationArgs>> {
  return createKernel(ctx, {
    label: 'gate_activation',
    wgsl,
    libs: [activations],
    bindings: { x: 'read', h: 'read_write' },
    argBytes: 8,
    consts: gateConsts(activation),
    pack(write, { rows, hidden }: GateActivationArgs) {
      if (hidden % 4 !== 0)
        throw new RangeError(`gate_activation needs a hidden width in multiples of 4, not ${hidden}`);
      write.u32(rows, hidden / 4);
    },
    grid: ({ rows, hidden }) => grid1d((rows * hidden) / 4, 64),
  });
}
