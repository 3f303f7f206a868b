import { linear } from '../../math/reference/linear.ts';
import { columnsMultiple, weightBytes, type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { createQkvAppend } from '../linear/qkvAppend.ts';
import type { RowDotsVersion } from '../linear/rowDots.ts';
import { appended, backwards, frequencies, headDims, headShape, packRows, qkvWidth } from './caches.ts';
import { signal } from './inputs.ts';
import { assemble, checkReference, checkShape, variants } from './harness.ts';
import { formatTitle, linearTolerance, matrix } from './packedLinear.ts';
import { rowDotsLoads, rowDotsVersions, sizeFor } from './rowDots.ts';
import type { Dim, Family, Shape } from './types.ts';

const of = (rows: number, k: number, heads: number, kvHeads: number, headDim: number, context: number): Shape => ({
  rows,
  k,
  heads,
  kvHeads,
  headDim,
  context,
});

function family(format: WeightFormat): Family {
  const id = `qkv_append_${format}`;
  const unit = columnsMultiple(format);
  const dims: readonly Dim[] = [
    { name: 'rows', label: 'rows of x', min: 1, max: 8 },
    { name: 'k', label: 'inputs', min: unit, max: 16_384, multiple: unit },
    ...headDims,
  ];
  return {
    id,
    group: 'linear',
    tunes: 'row_dots',
    dims,
    title: `q, k and v into the cache, ${formatTitle[format]}`,
    summary:
      'W·x + bias, rotary positions on q and k, and k and v straight into the KV cache, for 1 to 8 rows. The first kernel of a language model’s attention while it writes token by token.',
    versions: rowDotsVersions,
    shapes: [
      { label: 'sotu', shape: of(1, 192, 6, 2, 32, 512) },
      { label: 'sotu, 4 branches', shape: of(4, 192, 6, 2, 32, 512) },
      { label: 'countdown, 8 branches', shape: of(8, 128, 4, 2, 32, 256) },
      { label: 'GPT-2 width', shape: of(1, 768, 12, 12, 64, 1024) },
    ],
    // Compiled for four rows, this one takes seconds on a software adapter: f32 has that, the others two.
    edges: variants(
      of(1, 32, 1, 1, 4, 4),
      {},
      { heads: 2, headDim: 8, rows: format === 'f32' ? 3 : 2 },
      { k: 96, heads: 6, kvHeads: 2, headDim: 16, context: 12, rows: format === 'f32' ? 4 : 2 },
      { k: 192, heads: 3, kvHeads: 3, headDim: 64, context: 8 },
    ),
    // The product, and three operations a number of q and k for the rotation.
    work(s) {
      const shape = headShape(s);
      const n = qkvWidth(shape);
      const { data, scales } = weightBytes(format, n, s.k!);
      return {
        flops: s.rows! * (2 * n * s.k! + 3 * (shape.heads + shape.kvHeads) * shape.headDim),
        bytes: data + scales + 4 * (s.rows! * s.k! + n + s.rows! * n) + 16 * s.rows!,
      };
    },
    // And a store for each number; a bias for each of a quad's, and the row's position for each quad.
    moves(version, s) {
      const n = qkvWidth(headShape(s));
      const passes = version === '1.naive' ? s.rows! : 1;
      return rowDotsLoads(version, format, n / 4, s.rows!, s.k!) + 4 * n * passes + s.rows! * n * (4 + 16 / 4);
    },
    prepare(ctx, slots, version, s) {
      return assemble(ctx, slots, async (harness) => {
        checkShape(id, dims, s);
        const shape = headShape(s);
        const rows = s.rows!;
        const k = s.k!;
        const n = qkvWidth(shape);
        const inverse = frequencies(shape.headDim);
        const list = backwards(rows, shape.context);
        checkReference(id, 2 * rows * n * k);
        const kernel = await createQkvAppend(ctx, {
          format,
          version: version as RowDotsVersion,
          sizes: [sizeFor(rows)],
          shape,
          inverseFrequencies: inverse,
        });
        const w = await matrix(harness, format, n, k, 8);
        const data = signal(rows * k, 9);
        const biasData = signal(n, 10);
        const x = await harness.input('x', data);
        const bias = await harness.input('bias', biasData);
        const rowBuffer = await harness.input('rows', packRows(list));
        // The rotation: 2^-24 of a turn and 1e-7 of the polynomials, of numbers up to 3.
        const { buffers, outputs } = await appended(
          harness,
          shape,
          list,
          inverse,
          3 * linearTolerance(k) + 2e-6,
          () => {
            const product = new Float64Array(rows * n);
            for (let j = 0; j < n; j++)
              linear(data, w.row(j), {
                m: rows,
                n: 1,
                k,
                b: 'nk',
                activation: 'none',
                bias: biasData.subarray(j),
              }).forEach((v, r) => {
                product[r * n + j] = v;
              });
            return product;
          },
        );
        return { record: () => [kernel.call({ x, bias, rows: rowBuffer, ...buffers }, w, { rows }, slots)], outputs };
      });
    },
  };
}

/** qkv_append_f32, qkv_append_f16, qkv_append_int8 and qkv_append_int4. */
export const qkvAppend: readonly Family[] = weightFormats.map(family);
