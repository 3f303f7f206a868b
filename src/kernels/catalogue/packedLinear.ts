/** What matvec and linear_matmul share: y = W·x + bias with weights of any format, and its reference. */
import type { GpuContext } from '../../gpu/device.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { linearAt } from '../../math/reference/linear.ts';
import { columnsMultiple, weightBytes, type WeightFormat } from '../../core/weightFormat.ts';
import type { Linear } from '../linear/linearShared.ts';
import type { WeightMatrix } from '../linear/weightMatrix.ts';
import { type PackedWeights, places, signal, weights } from './inputs.ts';
import { assemble, at, checkShape, type Harness, upTo } from './harness.ts';
import type { Dim, Prepared, Shape, Work } from './types.ts';

export const formatTitle: Readonly<Record<WeightFormat, string>> = {
  f32: 'f32 weights',
  f16: 'f16 weights',
  int8: 'int8 weights',
  int4: 'int4 weights',
};

/** A matrix on the GPU and its rows in float64. */
export async function matrix(
  harness: Harness,
  format: WeightFormat,
  rows: number,
  cols: number,
  seed: number,
): Promise<WeightMatrix & Pick<PackedWeights, 'row'>> {
  const packed = weights(format, rows, cols, seed);
  const data = await harness.input('weights', packed.data);
  const scales = packed.scales && (await harness.input('scales', packed.scales));
  return { format, rows, cols, chunks: [{ data, ...(scales && { scales }), firstRow: 0, rows }], row: packed.row };
}

export const linearDims = (format: WeightFormat, mostRows: number): readonly Dim[] => [
  { name: 'rows', label: 'rows of x', min: 1, max: mostRows },
  { name: 'n', label: 'outputs', min: 1, max: 262_144 },
  { name: 'k', label: 'inputs', min: columnsMultiple(format), max: 65_536, multiple: columnsMultiple(format) },
  { name: 'pad', label: 'elements between rows', min: 0, max: 64, multiple: 4 },
];
export const linearShape = (rows: number, n: number, k: number, pad = 0): Shape => ({ rows, n, k, pad });

/** The bias is left out of the operations. */
export function linearWork(format: WeightFormat, { rows, n, k }: Shape): Work {
  const { data, scales } = weightBytes(format, n!, k!);
  return { flops: 2 * rows! * n! * k!, bytes: data + scales + 4 * (rows! * k! + n! + rows! * n!) };
}

/** Bytes of `columns` weights, without scales. */
export const bytesOf = (format: WeightFormat, columns: number) => weightBytes(format, 1, columns).data;

/** Rounding of a dot product of k terms of size 3/√k, and of unpacking (3 ulp). */
export const linearTolerance = (k: number) => 6e-8 * (16 + 6 * Math.sqrt(k));

export const prepareLinear = (
  ctx: GpuContext,
  slots: UniformSlots,
  id: string,
  format: WeightFormat,
  dims: readonly Dim[],
  shape: Shape,
  create: () => Promise<Linear>,
): Promise<Prepared> =>
  assemble(ctx, slots, async (harness) => {
    checkShape(id, dims, shape);
    const rows = shape.rows!;
    const n = shape.n!;
    const k = shape.k!;
    const pad = shape.pad!;
    const kernel = await create();
    const w = await matrix(harness, format, n, k, 3);
    const xRow = k + pad;
    const yRow = n + pad;
    const yAt = pad > 0 ? pad + 1 : 0;
    const biasAt = pad > 0 ? 3 : 0;
    const count = yAt + rows * yRow;
    const data = signal(pad + rows * xRow, 2);
    const biasData = signal(biasAt + n, 4);
    const old = pad > 0 ? signal(count, 5) : undefined;
    const x = await harness.input('x', data);
    const bias = await harness.input('bias', biasData);
    const y = old ? await harness.inout('y', old) : await harness.output('y', count);
    return {
      record: () => kernel.calls({ x, y, bias }, w, { rows, xAt: pad, xRow, yAt, yRow, biasAt }, slots),
      outputs: [
        {
          name: 'y',
          buffer: y,
          at: 0,
          count,
          type: 'f32',
          tolerance: linearTolerance(k),
          expected() {
            const every = n * k * rows <= 4e6;
            const r = every ? undefined : new Set(places(rows));
            const known = new Map<number, Float64Array>();
            const columns = every ? undefined : places(n, Math.ceil(512 / r!.size));
            const indices = every
              ? upTo(count)
              : Uint32Array.from([...r!].flatMap((i) => columns!.map((j) => yAt + i * yRow + j)));
            return at(indices, (i) => {
              const row = Math.floor((i - yAt) / yRow);
              const j = (i - yAt) % yRow;
              if (i < yAt || j >= n) return old![i]!; // between rows nothing may be written
              if (!known.has(j)) known.set(j, w.row(j));
              return (
                linearAt(
                  data.subarray(pad + row * xRow),
                  known.get(j)!,
                  { m: 1, n: 1, k, b: 'nk', activation: 'none' },
                  0,
                  0,
                ) + biasData[biasAt + j]!
              );
            });
          },
        },
      ],
    };
  });
