import { layernorm as reference } from '../../math/reference/norm.ts';
import { createLayernormVersion, type LayernormVersion } from '../norm/layernorm.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, versionsOf, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 65_536 },
  { name: 'dim', label: 'columns', min: 1, max: 16_384 },
  { name: 'rowsPerMod', label: 'rows of one modulation; 0: none', min: 0, max: 65_536 },
];
const plain = (rows: number, dim: number): Shape => ({ rows, dim, rowsPerMod: 0 });
/** Times that an element is read: for mean, variance and result. */
const reads: Readonly<Record<string, number>> = { '1.tree': 3, '2.lanes': 2, '3.subgroup': 3 }; // 2.lanes has mean and variance from one pass
const EPSILON = 1e-6;

export const layernorm: Family = {
  id: 'layernorm',
  group: 'norm',
  tunes: 'layernorm',
  dims,
  title: 'LayerNorm, modulated',
  summary:
    'Rows to mean 0 and variance 1, then v·(1 + scale) + shift by the sample’s condition (adaLN). Before attention and MLP of the diffusion transformers.',
  versions: versionsOf('layernorm'),
  shapes: [
    { label: '256×1024', shape: plain(256, 1024) },
    { label: '1024×1024', shape: plain(1024, 1024) },
    { label: 'digits, 16 images of 49 tokens', shape: { rows: 784, dim: 96, rowsPerMod: 49 } },
    { label: 'avatars, 16 images of 64 tokens', shape: { rows: 1024, dim: 128, rowsPerMod: 64 } },
    { label: 'GPT-2 width, 128 tokens', shape: plain(128, 768) },
    { label: '4096×64', shape: plain(4096, 64) },
  ],
  edges: [
    plain(1, 4),
    plain(1, 5),
    plain(15, 8),
    plain(16, 64),
    plain(17, 63),
    plain(63, 60),
    plain(65, 68),
    plain(130, 65),
    { rows: 33, dim: 96, rowsPerMod: 7 },
    { rows: 20, dim: 33, rowsPerMod: 4 },
  ],
  // Sum; difference, square and sum; difference and factor; and a multiply-add where modulated.
  work: ({ rows, dim, rowsPerMod }) => ({
    flops: (6 + (rowsPerMod! > 0 ? 3 : 0)) * rows! * dim!,
    bytes: 8 * rows! * dim! + (rowsPerMod! > 0 ? 8 * dim! * Math.ceil(rows! / rowsPerMod!) : 0),
  }),
  // And a store, and shift and scale.
  moves: (version, { rows, dim, rowsPerMod }) =>
    (reads[version] ?? NaN) * 4 * rows! * dim! + (4 + (rowsPerMod! > 0 ? 8 : 0)) * rows! * dim!,
  prepare(ctx, slots, version, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('layernorm', dims, shape);
      const rows = shape.rows!;
      const dim = shape.dim!;
      const rowsPerMod = shape.rowsPerMod!;
      const modRow = 6 * dim;
      const kernel = await createLayernormVersion(ctx, version as LayernormVersion);
      // Rows of different means and sizes, so that a shared statistic would show.
      const data = signal(rows * dim, 5).map(
        (v, i) => v * (1 + (Math.floor(i / dim) % 5)) + (Math.floor(i / dim) % 7) - 3,
      );
      const modulation = signal(rowsPerMod > 0 ? Math.ceil(rows / rowsPerMod) * modRow : 4, 6);
      const x = await harness.input('x', data);
      const mod = await harness.input('mod', modulation);
      const y = await harness.output('y', rows * dim);
      const args = {
        rows,
        dim,
        eps: EPSILON,
        ...(rowsPerMod > 0 && { mod: { row: modRow, rowsPerMod, shiftAt: dim, scaleAt: 3 * dim } }),
      };
      return {
        record: () => [kernel.call({ x, mod, y }, args, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: rows * dim,
            type: 'f32',
            // Means of up to 3.5 with rounding of 1e-7·√dim, over deviations of about half; factors up to 2.
            tolerance: 2e-5,
            expected: () =>
              whole(
                reference(
                  data,
                  rows,
                  dim,
                  EPSILON,
                  rowsPerMod > 0
                    ? (r, c) => {
                        const from = Math.floor(r / rowsPerMod) * modRow + c;
                        return [modulation[from + dim]!, modulation[from + 3 * dim]!];
                      }
                    : undefined,
                ),
              ),
          },
        ],
      };
    });
  },
};
