import { linearAt, silu } from '../../math/reference/linear.ts';
import { columnsMultiple, weightBytes, type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { createGateUp } from '../linear/gateUp.ts';
import type { RowDotsVersion } from '../linear/rowDots.ts';
import { places, signal } from './inputs.ts';
import { assemble, at, checkShape, upTo, variants } from './harness.ts';
import { formatTitle, linearTolerance, matrix } from './packedLinear.ts';
import { rowDotsLoads, rowDotsVersions, sizeFor } from './rowDots.ts';
import type { Dim, Family, Shape } from './types.ts';

const of = (rows: number, hidden: number, k: number): Shape => ({ rows, hidden, k });

function family(format: WeightFormat): Family {
  const id = `gate_up_${format}`;
  const unit = columnsMultiple(format);
  const dims: readonly Dim[] = [
    { name: 'rows', label: 'rows of x', min: 1, max: 8 },
    { name: 'hidden', label: 'hidden width', min: 1, max: 65_536 },
    { name: 'k', label: 'inputs', min: unit, max: 65_536, multiple: unit },
  ];
  return {
    id,
    group: 'linear',
    tunes: 'row_dots',
    dims,
    title: `SwiGLU’s gate and up, ${formatTitle[format]}`,
    summary:
      'silu(gate·x)·(up·x) in one dispatch for 1 to 8 rows: the first half of a Llama’s MLP while it writes token by token.',
    versions: rowDotsVersions,
    shapes: [
      { label: 'sotu', shape: of(1, 512, 192) },
      { label: 'sotu, 4 branches', shape: of(4, 512, 192) },
      { label: 'countdown, 8 branches', shape: of(8, 384, 128) },
      { label: '2048 of 1024', shape: of(1, 2048, 1024) },
      { label: '8192 of 2048', shape: of(1, 8192, 2048) },
    ],
    edges: variants(
      of(1, 1, 32),
      {},
      { hidden: 5, k: 64 },
      { hidden: 15 },
      { hidden: 16 },
      { hidden: 17, k: 96, rows: 3 },
      { hidden: 127 },
      { hidden: 96, k: 192, rows: 4 },
    ),
    // Two products, and exp, add, divide and two multiplications.
    work({ rows, hidden, k }) {
      const { data, scales } = weightBytes(format, 2 * hidden!, k!);
      return { flops: rows! * hidden! * (4 * k! + 5), bytes: data + scales + 4 * rows! * (k! + hidden!) };
    },
    // A quad is two gate rows and their two up rows.
    moves: (version, { rows, hidden, k }) =>
      rowDotsLoads(version, format, Math.ceil(hidden! / 2), rows!, k!) + 4 * rows! * hidden!,
    prepare(ctx, slots, version, shape) {
      return assemble(ctx, slots, async (harness) => {
        checkShape(id, dims, shape);
        const rows = shape.rows!;
        const hidden = shape.hidden!;
        const k = shape.k!;
        const w = await matrix(harness, format, 2 * hidden, k, 6);
        const kernel = await createGateUp(ctx, { format, version: version as RowDotsVersion, sizes: [sizeFor(rows)] });
        const data = signal(rows * k, 7, 2);
        const x = await harness.input('x', data);
        const h = await harness.output('h', rows * hidden);
        return {
          record: () => [kernel.call({ x, h }, w, { rows }, slots)],
          outputs: [
            {
              name: 'h',
              buffer: h,
              at: 0,
              count: rows * hidden,
              type: 'f32',
              tolerance: 20 * linearTolerance(k), // factors up to about 5, both wrong by three times the tolerance of a product
              expected() {
                const columns = 2 * hidden * k <= 4e6 ? undefined : places(hidden, 128);
                const indices = columns
                  ? Uint32Array.from(
                      { length: rows * columns.length },
                      (_, i) => Math.floor(i / columns.length) * hidden + columns[i % columns.length]!,
                    )
                  : upTo(rows * hidden);
                const known = new Map<number, Float64Array>();
                const product = (r: number, j: number) => {
                  if (!known.has(j)) known.set(j, w.row(j));
                  return linearAt(
                    data.subarray(r * k),
                    known.get(j)!,
                    { m: 1, n: 1, k, b: 'nk', activation: 'none' },
                    0,
                    0,
                  );
                };
                return at(
                  indices,
                  (i) =>
                    silu(product(Math.floor(i / hidden), i % hidden)) *
                    product(Math.floor(i / hidden), hidden + (i % hidden)),
                );
              },
            },
          ],
        };
      });
    },
  };
}

/** gate_up_f32, gate_up_f16, gate_up_int8 and gate_up_int4. */
export const gateUp: readonly Family[] = weightFormats.map(family);
