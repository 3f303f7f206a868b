import type { GpuContext } from '../../gpu/device.ts';
import type { MatrixFormat } from '../../core/weightFormat.ts';
import { createLinearMatmul } from './linearMatmul.ts';
import type { Linear, LinearOptions } from './linearShared.ts';
import { createMatmul } from './matmul.ts';
import { createMatvec } from './matvec.ts';
import { MOST_ROWS, type RowSize } from './rowDots.ts';
import { checkWeights } from './weightMatrix.ts';

export interface CreateLinearOptions extends LinearOptions {
  readonly format: MatrixFormat;
  /** Row counts to compile matvec for; all by default. */
  readonly sizes?: readonly RowSize[];
}

/**
 * y[r] = act(W·x[r] + bias), whatever the number of rows and the format: matvec up to 8 rows, a matmul from there (for
 * f32 the one of the diffusion networks). One call per chunk of the weights.
 */
export async function createLinear(ctx: GpuContext, options: CreateLinearOptions): Promise<Linear> {
  const { format, sizes } = options;
  const [few, many] = await Promise.all([
    createMatvec(ctx, options),
    format === 'f32' ? denseMatmul(ctx, options) : createLinearMatmul(ctx, options),
  ]);
  const most = Math.max(...(sizes ?? [MOST_ROWS]));
  return {
    label: `${few.label} or ${many.label}`,
    calls: (resources, weights, args, slots) => (args.rows <= most ? few : many).calls(resources, weights, args, slots),
  };
}

async function denseMatmul(
  ctx: GpuContext,
  { activation = 'none', residual = 'none' }: LinearOptions,
): Promise<Linear> {
  const matmul = await createMatmul(ctx, { activation: activation === 'gelu_tanh' ? 'gelu' : activation, residual });
  return {
    label: matmul.label,
    calls(
      { x, y, bias },
      weights,
      { rows, xAt = 0, xRow = weights.cols, yAt = 0, yRow = weights.rows, biasAt = 0 },
      slots,
    ) {
      checkWeights(matmul.label, weights, 'f32');
      return weights.chunks.map((chunk) =>
        matmul.call(
          { a: x, b: chunk.data, c: y, ...(bias && { bias }) },
          {
            m: rows,
            n: chunk.rows,
            k: weights.cols,
            aRow: xRow,
            aAt: xAt,
            cRow: yRow,
            cAt: yAt + chunk.firstRow,
            biasAt: biasAt + chunk.firstRow,
          },
          slots,
        ),
      );
    },
  };
}
