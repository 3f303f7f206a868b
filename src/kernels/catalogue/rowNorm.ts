import { rmsRows } from '../../math/reference/rowNorm.ts';
import { createRowNorm } from '../norm/rowNorm.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 16_384 },
  { name: 'width', label: 'columns', min: 1, max: 16_384 },
  { name: 'add', label: 'added to the stream: 1, in place: 0', min: 0, max: 1 },
];
const of = (rows: number, width: number, add: 0 | 1): Shape => ({ rows, width, add });

export const rowNorm: Family = {
  id: 'row_norm',
  group: 'norm',
  dims,
  title: 'RMSNorm of a part of a row',
  summary:
    'In place, as OLMo 2 norms all queries and all keys of a token; or x += norm(delta), behind the blocks of Gemma 2 and OLMo 2.',
  versions: onlyVersion('a workgroup a row'),
  shapes: [
    { label: '256×1024, added', shape: of(256, 1024, 1) },
    { label: '1 row of 2048, added', shape: of(1, 2048, 1) },
    { label: '1 row of 2048 in place', shape: of(1, 2048, 0) },
  ],
  edges: [of(1, 1, 1), of(3, 63, 0), of(5, 64, 1), of(4, 65, 0), of(17, 132, 1), of(2, 516, 0)],
  work: ({ rows, width, add }) => ({
    flops: (add ? 6 : 4) * rows! * width!,
    bytes: (add ? 12 : 8) * rows! * width! + 4 * width!,
  }),
  // The normed row twice, the weight; x read (where it is not the normed row) and written.
  moves: (_, { rows, width, add }) => 4 * (add ? 5 : 4) * rows! * width!,
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('row_norm', dims, shape);
      const [rows, width, add] = [shape.rows!, shape.width!, shape.add === 1];
      const [epsilon, scale, xAt, xRow] = [1e-5, add ? 0.75 : 1, 3, width + 5];
      const kernel = await createRowNorm(ctx, { add });
      // Rows of different sizes, so that a shared statistic would show; what lies beside the part must stay.
      const old = signal(xAt + rows * xRow, 5).map((v, i) => v * (1 + (Math.floor(i / xRow) % 5)));
      const delta = signal(rows * width, 8).map((v, i) => v * (1 + (Math.floor(i / width) % 3)));
      const data = signal(width, 7).map((v) => 1 + v);
      const x = await harness.inout('x', old);
      const weight = await harness.input('weight', data);
      const resources = { x, weight, ...(add && { delta: await harness.input('delta', delta) }) };
      return {
        record: () => [kernel.call(resources, { rows, width, epsilon, xAt, xRow, scale }, slots)],
        outputs: [
          {
            name: 'x',
            buffer: x,
            at: 0,
            count: old.length,
            type: 'f32',
            tolerance: 2e-5, // sums in 64 parts, of values up to 6
            expected() {
              const out = Float64Array.from(old);
              for (let r = 0; r < rows; r++) {
                const at = xAt + r * xRow;
                const from = add ? delta.subarray(r * width, (r + 1) * width) : old.subarray(at, at + width);
                rmsRows(from, width, data, epsilon).forEach((v, c) => {
                  out[at + c] = add ? out[at + c]! + scale * v : v;
                });
              }
              return whole(out);
            },
          },
        ],
      };
    });
  },
};
