import type { GpuContext } from '../../gpu/device.ts';
import { type Call, createKernel, grid1d, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { createQuantiseRows } from '../quant/quantiseRows.ts';
import type { LinearArgs, LinearResources } from './linearShared.ts';
import { bindWeights, checkWeights, weightBindings, weightLib, type WeightMatrix } from './weightMatrix.ts';

const wgsl = () => import('../../../shaders/linear/matvec_dp4a.wgsl?raw');

/** A language feature of WGSL: dot4I8Packed. */
export const DP4A = 'packed_4x8_integer_dot_product';
/** Columns up to which 127² a column cannot leave an i32. */
export const MOST_COLUMNS = 133_144;

/** Scratch for the rounded x: (rows, cols) bytes, and an f32 a row. */
export interface Dp4aResources extends LinearResources {
  readonly q: Resource;
  readonly qScales: Resource;
}
export interface MatvecDp4a {
  readonly label: string;
  /** Round x, then a call per chunk of the weights. */
  calls(resources: Dp4aResources, weights: WeightMatrix, args: LinearArgs, slots: UniformSlots): Call[];
}

interface Own {
  readonly units: number;
  readonly n: number;
  readonly yAt: number;
  readonly yRow: number;
  readonly biasAt: number;
  readonly hasBias: boolean;
  readonly rows: number;
}

/**
 * y[r] = W·round(x[r]) + bias for int8 weights and x rounded to int8 by rows: sums of whole numbers, exact, times the
 * two scales. It changes answers (NMSE some 10⁻⁵), so no lab uses it for a model. Needs `DP4A`. Reference: quantiseRow
 * in src/math/reference/quant.ts.
 */
export async function createMatvecDp4a(ctx: GpuContext): Promise<MatvecDp4a> {
  const label = 'matvec_dp4a';
  const round = await createQuantiseRows(ctx);
  const kernel = await createKernel(ctx, {
    label,
    wgsl,
    libs: [weightLib.int8],
    requires: [DP4A],
    bindings: { ...weightBindings, q: 'read', qScales: 'read', bias: 'read', y: 'read_write' },
    argBytes: 24,
    pack: (write, a: Own) => void write.u32(a.units, a.n, a.yAt, a.yRow, a.biasAt, a.hasBias ? 1 : 0),
    grid(a) {
      const [x, y = 1] = grid1d(Math.ceil(a.n / 4), 8);
      return [x, y, a.rows];
    },
  });
  return {
    label,
    calls({ x, q, qScales, bias, y }, weights, { rows, yAt = 0, yRow = weights.rows, biasAt = 0, ...ofX }, slots) {
      checkWeights(label, weights, 'int8');
      const { cols } = weights;
      if (cols > MOST_COLUMNS)
        throw new RangeError(`${label}: ${cols} columns; past ${MOST_COLUMNS} a sum may not fit 32 bits`);
      return [
        round.call({ x, q, scales: qScales }, { ...ofX, rows, cols }, slots),
        ...weights.chunks.map((chunk) =>
          kernel.call(
            { ...bindWeights(chunk), q, qScales, bias: bias ?? x, y },
            {
              rows,
              units: cols / 8,
              n: chunk.rows,
              yAt: yAt + chunk.firstRow,
              yRow,
              biasAt: biasAt + chunk.firstRow,
              hasBias: bias !== undefined,
            },
            slots,
          ),
        ),
      ];
    },
  };
}
