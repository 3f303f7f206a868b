import activations from '../../shaders/lib/activations.wgsl?raw';
import wgsl from '../../shaders/linear/matvec.wgsl?raw';
import type { GpuContext } from '../gpu/device.ts';
import type { Call, Resource } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { createRowDots, type RowDotsOptions, type RowsOfX } from './rowDots.ts';
import { bindWeights, checkWeights, type WeightMatrix } from './weightMatrix.ts';

export interface MatvecOptions extends RowDotsOptions {
  readonly activation?: 'none' | 'gelu_tanh' | 'silu';
  /** `add`: y += act(…). */
  readonly residual?: 'none' | 'add';
}
/** `yAt` and `yRow` (the matrix's rows by default) in elements. */
export interface MatvecArgs extends RowsOfX { readonly yAt?: number; readonly yRow?: number; readonly biasAt?: number }
export interface Matvec {
  readonly label: string;
  /** One call per chunk of the weights. Without `bias` none is added. */
  calls(resources: { readonly x: Resource; readonly y: Resource; readonly bias?: Resource }, weights: WeightMatrix, args: MatvecArgs, slots: UniformSlots): Call[];
}

interface Own extends RowsOfX { readonly cols: number; readonly n: number; readonly yAt: number; readonly yRow: number; readonly biasAt: number; readonly hasBias: boolean }

/** y[r] = act(W·x[r] + bias) for 1 to 8 rows. Reference: src/math/kernelRefs/linear.ts. */
export async function createMatvec(ctx: GpuContext, options: MatvecOptions): Promise<Matvec> {
  const { activation = 'none', residual = 'none', format } = options;
  const dots = await createRowDots(ctx, options, {
    label: 'matvec', wgsl, libs: [activations],
    bindings: { x: 'read', bias: 'read', y: 'read_write' },
    argBytes: 20,
    consts: { ACTIVATION: `${['none', 'gelu_tanh', 'silu'].indexOf(activation)}u`, RESIDUAL: String(residual === 'add') },
    quads: (a: Own) => Math.ceil(a.n / 4),
    pack: (write, a) => void write.u32(a.n, a.yAt, a.yRow, a.biasAt, a.hasBias ? 1 : 0),
  });
  return {
    label: dots.label,
    calls({ x, y, bias }, weights, { yAt = 0, yRow = weights.rows, biasAt = 0, ...rows }, slots) {
      checkWeights(dots.label, weights, format);
      return weights.chunks.map((chunk) => dots.call({ ...bindWeights(chunk), x, y, bias: bias ?? x }, {
        ...rows, cols: weights.cols, n: chunk.rows, yAt: yAt + chunk.firstRow, yRow, biasAt: biasAt + chunk.firstRow, hasBias: bias !== undefined,
      }, slots));
    },
  };
}
