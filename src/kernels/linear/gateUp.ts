import activations from '../../../shaders/lib/activations.wgsl?raw';
import type { GpuContext } from '../../gpu/device.ts';
import type { Call, Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import type { RowsOfX } from './linearShared.ts';
import { gateConsts, type GateActivationKind } from './gateActivation.ts';
import { createRowDots, type RowDotsOptions } from './rowDots.ts';
import { bindWeights, checkWeights, onlyChunk, type WeightMatrix } from './weightMatrix.ts';

const wgsl = () => import('../../../shaders/linear/gate_up.wgsl?raw');

/** `hAt` and `hRow` (half the matrix's rows by default) in elements. */
export interface GateUpArgs extends RowsOfX {
  readonly hAt?: number;
  readonly hRow?: number;
}
export interface GateUp {
  readonly label: string;
  /** `weights`: hidden gate rows, then hidden up rows, in one chunk (in several: linear, then gateActivation). */
  call(
    resources: { readonly x: Resource; readonly h: Resource },
    weights: WeightMatrix,
    args: GateUpArgs,
    slots: UniformSlots,
  ): Call;
}

interface Own extends RowsOfX {
  readonly cols: number;
  readonly hidden: number;
  readonly hAt: number;
  readonly hRow: number;
}

/** h[r, j] = act(gate_j·x[r])·(up_j·x[r]) for 1 to 8 rows. Reference: gateUp in src/math/reference/linear.ts. */
export async function createGateUp(
  ctx: GpuContext,
  options: RowDotsOptions & { readonly activation?: GateActivationKind },
): Promise<GateUp> {
  const dots = await createRowDots(ctx, options, {
    label: 'gate_up',
    wgsl,
    libs: [activations],
    bindings: { x: 'read', h: 'read_write' },
    argBytes: 12,
    consts: gateConsts(options.activation),
    quads: (a: Own) => Math.ceil(a.hidden / 2),
    pack: (write, a) => void write.u32(a.hidden, a.hAt, a.hRow),
  });
  return {
    label: dots.label,
    call({ x, h }, weights, { hAt = 0, hRow = weights.rows / 2, ...rows }, slots) {
      checkWeights(dots.label, weights, options.format);
      if (weights.rows % 2 !== 0)
        throw new RangeError(`${dots.label}: ${weights.rows} rows are not gates and as many ups`);
      return dots.call(
        { ...bindWeights(onlyChunk(dots.label, weights)), x, h },
        { ...rows, cols: weights.cols, hidden: weights.rows / 2, hAt, hRow },
        slots,
      );
    },
  };
}
