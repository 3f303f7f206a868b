import { broadcastAdd as reference } from '../../math/reference/elementwise.ts';
import { type BroadcastAddArgs, createBroadcastAdd } from '../linear/broadcastAdd.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'outer', label: 'outer rows', min: 1, max: 65_536 },
  { name: 'inner', label: 'inner rows', min: 1, max: 65_536 },
  { name: 'dim', label: 'columns', min: 1, max: 16_384 },
  { name: 'tables', label: '0: one b for all outer rows; 1: a for all outer, b for all inner rows', min: 0, max: 1 },
];
const of = (outer: number, inner: number, dim: number, tables = 0): Shape => ({ outer, inner, dim, tables });

export const broadcastAdd: Family = {
  id: 'broadcast_add',
  group: 'linear',
  dims,
  title: 'Sum with a shared operand',
  summary:
    'Positions onto the tokens of every sample, or a block’s table onto the samples’ modulation. In the diffusion transformers.',
  versions: onlyVersion('a number an invocation'),
  shapes: [
    { label: 'digits, positions of 16 images', shape: of(16, 49, 96) },
    { label: 'avatars, positions of 64 images', shape: of(64, 64, 128) },
    { label: 'digits, modulation of 4 blocks', shape: of(4, 16, 576, 1) },
    { label: '256×1024', shape: of(1, 256, 1024) },
  ],
  edges: [of(1, 1, 1), of(1, 1, 63), of(2, 1, 32), of(1, 5, 13), of(3, 5, 7), of(4, 3, 65, 1)],
  work: ({ outer, inner, dim, tables }) => ({
    flops: outer! * inner! * dim!,
    bytes: 4 * dim! * (outer! * inner! + (tables === 1 ? inner! + outer! : outer! * inner! + inner!)),
  }),
  moves: (_, { outer, inner, dim }) => 12 * outer! * inner! * dim!, // two loads and a store for each number
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('broadcast_add', dims, shape);
      const outer = shape.outer!;
      const inner = shape.inner!;
      const dim = shape.dim!;
      const kernel = await createBroadcastAdd(ctx);
      const tables = shape.tables === 1;
      const args: BroadcastAddArgs = {
        outer,
        inner,
        dim,
        a: tables ? [0, dim] : [inner * dim, dim],
        b: tables ? [dim, 0] : [0, dim],
      };
      const dataA = signal((tables ? inner : outer * inner) * dim, 2);
      const dataB = signal((tables ? outer : inner) * dim, 3);
      const a = await harness.input('a', dataA);
      const b = await harness.input('b', dataB);
      const y = await harness.output('y', outer * inner * dim);
      return {
        record: () => [kernel.call({ a, b, y }, args, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: outer * inner * dim,
            type: 'f32',
            tolerance: 2e-7,
            expected: () => whole(reference(dataA, dataB, args)),
          },
        ],
      };
    });
  },
};
