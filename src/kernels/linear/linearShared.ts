/**
 * What matvec and linear_matmul share beside shaders/lib/linear.wgsl: options, arguments and the walk over a matrix's
 * chunks.
 */
import type { Call, Resource, Resources } from '../../gpu/kernel.ts';
import type { ArgWriter, UniformSlots } from '../../gpu/slots.ts';
import type { MatrixFormat } from '../../core/weightFormat.ts';
import { bindWeights, checkWeights, type WeightBindings, type WeightMatrix } from './weightMatrix.ts';

/** Fixed at compile time. */
export interface LinearOptions {
  readonly activation?: 'none' | 'gelu_tanh' | 'silu';
  /** `add`: y += act(…). */
  readonly residual?: 'none' | 'add';
}
/** Rows of x, `xRow` elements apart (the matrix's cols by default), the first at `xAt`; both multiples of 4. */
export interface RowsOfX {
  readonly rows: number;
  readonly xAt?: number;
  readonly xRow?: number;
}
/** `yAt` and `yRow` (the matrix's rows by default) in elements. */
export interface LinearArgs extends RowsOfX {
  readonly yAt?: number;
  readonly yRow?: number;
  readonly biasAt?: number;
}
export interface LinearResources {
  readonly x: Resource;
  readonly y: Resource;
  readonly bias?: Resource;
}
export interface Linear {
  readonly label: string;
  /** One call per chunk of the weights. Without `bias` none is added. */
  calls(resources: LinearResources, weights: WeightMatrix, args: LinearArgs, slots: UniformSlots): Call[];
}

/** One chunk's arguments. */
export interface LinearOwn extends RowsOfX {
  readonly cols: number;
  readonly n: number;
  readonly yAt: number;
  readonly yRow: number;
  readonly biasAt: number;
  readonly hasBias: boolean;
}
export type LinearBindings = { x: 'read'; bias: 'read'; y: 'read_write' };

export const linearPart = {
  bindings: { x: 'read', bias: 'read', y: 'read_write' } satisfies LinearBindings,
  argBytes: 20,
  pack: (write: ArgWriter, a: LinearOwn): void => void write.u32(a.n, a.yAt, a.yRow, a.biasAt, a.hasBias ? 1 : 0),
};
export const linearConsts = ({ activation = 'none', residual = 'none' }: LinearOptions) => ({
  ACTIVATION: `${['none', 'gelu_tanh', 'silu'].indexOf(activation)}u`,
  RESIDUAL: String(residual === 'add'),
});

export function linearCalls(
  label: string,
  format: MatrixFormat,
  call: (resources: Resources<WeightBindings & LinearBindings>, args: LinearOwn, slots: UniformSlots) => Call,
): Linear {
  return {
    label,
    calls({ x, y, bias }, weights, { yAt = 0, yRow = weights.rows, biasAt = 0, ...rows }, slots) {
      checkWeights(label, weights, format);
      return weights.chunks.map((chunk) =>
        call(
          { ...bindWeights(chunk), x, y, bias: bias ?? x },
          {
            ...rows,
            cols: weights.cols,
            n: chunk.rows,
            yAt: yAt + chunk.firstRow,
            yRow,
            biasAt: biasAt + chunk.firstRow,
            hasBias: bias !== undefined,
          },
          slots,
        ),
      );
    },
  };
}
