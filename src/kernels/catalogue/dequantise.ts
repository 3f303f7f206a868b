import { weightBytes, type WeightFormat } from '../../core/weightFormat.ts';
import { createDequantise } from '../quant/dequantise.ts';
import { places } from './inputs.ts';
import { assemble, at, checkShape, MOST_MACS, onlyVersion, upTo, variants } from './harness.ts';
import { formatTitle, matrix } from './packedLinear.ts';
import type { Dim, Family } from './types.ts';

/** Operations to a weight beside its unpacking: a scale, and int4's offset. */
const perWeight: Readonly<Record<WeightFormat, number>> = { f32: 0, f16: 0, int8: 1, int4: 2 };

function family(format: WeightFormat): Family {
  const id = `dequantise_${format}`;
  const multiple = format === 'int4' ? 32 : 8;
  const dims: readonly Dim[] = [
    { name: 'rows', label: 'rows', min: 1, max: 262_144 },
    { name: 'cols', label: 'columns', min: multiple, max: 65_536, multiple },
  ];
  const of = (rows: number, cols: number) => ({ rows, cols });
  return {
    id,
    group: 'quant',
    dims,
    title: `${formatTitle[format]} to f32`,
    summary:
      'Packed weights written out as f32. The models never do: their kernels unpack on the way, and this shows what unpacking alone costs.',
    versions: onlyVersion('eight columns an invocation'),
    shapes: [
      { label: 'sotu, embeddings', shape: of(4096, 192) },
      { label: 'GPT-2, MLP up', shape: of(3072, 768) },
      { label: '1024×1024', shape: of(1024, 1024) },
    ],
    edges: variants(
      of(1, 32),
      {},
      { rows: 3 },
      { rows: 15 },
      { rows: 16 },
      { rows: 17 },
      { rows: 5, cols: 96 },
      { rows: 63, cols: 64 },
      { rows: 65, cols: 160 },
      { rows: 257, cols: 288 },
    ),
    work({ rows, cols }) {
      const { data, scales } = weightBytes(format, rows!, cols!);
      return { flops: perWeight[format] * rows! * cols!, bytes: data + scales + 4 * rows! * cols! };
    },
    // A word of scales for each eight columns.
    moves: (_, { rows, cols }) =>
      weightBytes(format, rows!, cols!).data + rows! * cols! * (4 + (format === 'f16' ? 0 : 0.5)),
    prepare(ctx, slots, _version, shape) {
      return assemble(ctx, slots, async (harness) => {
        checkShape(id, dims, shape);
        const rows = shape.rows!;
        const cols = shape.cols!;
        const kernel = await createDequantise(ctx, format);
        const w = await matrix(harness, format, rows, cols, 3);
        const y = await harness.output('y', rows * cols);
        return {
          record: () => kernel.calls(y, w, slots),
          outputs: [
            {
              // Below 4/√cols; f16 and int4 are exact, int8 is rounded three times.
              name: 'y',
              buffer: y,
              at: 0,
              count: rows * cols,
              type: 'f32',
              tolerance: format === 'int8' ? (3 * 2 ** -23 * 4) / Math.sqrt(cols) : 0,
              expected() {
                const known = new Map<number, Float64Array>();
                const indices =
                  rows * cols <= MOST_MACS / 10
                    ? upTo(rows * cols)
                    : Uint32Array.from(places(rows).flatMap((r) => places(cols).map((c) => r * cols + c)));
                return at(indices, (i) => {
                  const r = Math.floor(i / cols);
                  if (!known.has(r)) known.set(r, w.row(r));
                  return known.get(r)![i % cols]!;
                });
              },
            },
          ],
        };
      });
    },
  };
}

/** dequantise_f16, dequantise_int8 and dequantise_int4. */
export const dequantise: readonly Family[] = (['f16', 'int8', 'int4'] as const).map(family);
