import type { GpuContext } from '../../gpu/device.ts';
import { type Call, createKernel, grid1d, type Resource } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import type { MatrixFormat } from '../../core/weightFormat.ts';
import { bindWeights, checkWeights, weightBindings, weightSources, type WeightMatrix } from '../linear/weightMatrix.ts';

const wgsl = () => import('../../../shaders/quant/dequantise.wgsl?raw');

export interface Dequantise {
  readonly label: string;
  /**
   * One call per chunk of the weights; their (rows, cols) numbers go to y from its element `yAt`, a multiple of 4 (0 by
   * default).
   */
  calls(y: Resource, weights: WeightMatrix, slots: UniformSlots, yAt?: number): Call[];
}

interface Own {
  readonly units: number;
  readonly rows: number;
  readonly at: number;
}

/**
 * Packed weights as f32 rows: what a kernel takes each weight for. f32 weights are copied. Exact, but for int8: within
 * 3 ulp. Reference: src/math/reference/quant.ts.
 */
export async function createDequantise(ctx: GpuContext, format: MatrixFormat): Promise<Dequantise> {
  const kernel = await createKernel(ctx, {
    label: 'dequantise',
    wgsl,
    libs: weightSources(format),
    bindings: { ...weightBindings, y: 'read_write' },
    argBytes: 12,
    pack: (write, a: Own) => void write.u32(a.units, a.rows, a.at),
    grid: (a) => grid1d(a.units * a.rows, 64),
  });
  return {
    label: kernel.label,
    calls(y, weights, slots, yAt = 0) {
      checkWeights(kernel.label, weights, format);
      if (yAt % 4 !== 0)
        throw new RangeError(`${kernel.label}: y starts at element ${yAt}; it must be a multiple of 4`);
      const { cols } = weights;
      return weights.chunks.map((chunk) =>
        kernel.call(
          { ...bindWeights(chunk), y },
          { units: cols / 8, rows: chunk.rows, at: (yAt + chunk.firstRow * cols) / 4 },
          slots,
        ),
      );
    },
  };
}
