import { embed as reference } from '../../math/reference/elementwise.ts';
import { createEmbed } from '../linear/embed.ts';
import { bits, signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 65_536 },
  { name: 'dim', label: 'columns', min: 1, max: 16_384 },
  { name: 'tableRows', label: 'rows of the table', min: 1, max: 65_536 },
  { name: 'shared', label: 'one base row for all: 1', min: 0, max: 1 },
];
const of = (rows: number, dim: number, tableRows: number, shared = 1): Shape => ({ rows, dim, tableRows, shared });

export const embed: Family = {
  id: 'embed',
  group: 'linear',
  dims,
  title: 'Rows of a table, added',
  summary:
    'silu(base + table[id]): the class’s embedding added to the time’s, the condition of the diffusion transformers.',
  versions: onlyVersion('a number an invocation'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 96, 11) },
    { label: 'avatars, 64 images', shape: of(64, 128, 9) },
    { label: '256×1024', shape: of(256, 1024, 1000, 0) },
  ],
  edges: [of(1, 1, 1), of(1, 63, 3), of(1, 64, 3), of(1, 65, 3), of(9, 7, 11, 0), of(5, 96, 2)],
  work({ rows, dim, tableRows, shared }) {
    // add, negate, exp, add, divide; ids, the rows that are asked for, base, result
    return {
      flops: 5 * rows! * dim!,
      bytes: 4 * (rows! + dim! * (Math.min(rows!, tableRows!) + (shared === 1 ? 1 : rows!) + rows!)),
    };
  },
  moves: (_, { rows, dim }) => 16 * rows! * dim!, // id, base, table, result for each number
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('embed', dims, shape);
      const rows = shape.rows!;
      const dim = shape.dim!;
      const tableRows = shape.tableRows!;
      const baseRow = shape.shared === 1 ? 0 : dim;
      const kernel = await createEmbed(ctx, { activation: 'silu' });
      const data = {
        ids: bits(rows, 1).map((w) => w % tableRows),
        table: signal(tableRows * dim, 2),
        base: signal(baseRow > 0 ? rows * dim : dim, 3, 2),
      };
      const ids = await harness.input('ids', data.ids);
      const table = await harness.input('table', data.table);
      const base = await harness.input('base', data.base);
      const y = await harness.output('y', rows * dim);
      return {
        record: () => [kernel.call({ ids, table, base, y }, { rows, dim, tableRows, baseRow }, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: rows * dim,
            type: 'f32',
            tolerance: 2e-6,
            expected: () =>
              whole(reference(data.ids, data.table, data.base, { rows, dim, baseRow, activation: 'silu' })),
          },
        ],
      };
    });
  },
};
