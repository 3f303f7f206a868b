import { pool as reference } from '../../math/pool.ts';
import { createPool } from '../diffusion/pool.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import { signal } from './inputs.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'planes', label: 'pictures of a channel', min: 1, max: 65_536 },
  { name: 'height', label: 'height', min: 2, max: 4096, multiple: 2 },
  { name: 'width', label: 'width', min: 2, max: 4096, multiple: 2 },
];
const of = (planes: number, height: number, width: number): Shape => ({ planes, height, width });
const numbers = (s: Shape) => s.planes! * s.height! * s.width!;

export const pool: Family = {
  id: 'pool',
  group: 'diffusion',
  dims,
  title: 'Mean of 2×2 in its place',
  summary:
    'Every number of a picture becomes the mean of its block of 2×2: half the size, held at the full one. In bottleneck sampling.',
  versions: onlyVersion('one invocation a block'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 28, 28) },
    { label: 'avatars, 64 images', shape: of(192, 32, 32) },
  ],
  edges: [of(1, 2, 2), of(3, 4, 6), of(5, 14, 2), of(2, 28, 28)],
  work: (s) => ({ flops: numbers(s), bytes: 8 * numbers(s) }),
  moves: (_, s) => 8 * numbers(s), // a load and a store of each
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('pool', dims, s);
      checkReference('pool', 2 * numbers(s));
      const n = numbers(s);
      const kernel = await createPool(ctx);
      // Out of place, then in its own: what is neither must stay.
      const old = signal(2 * n + 3, 5);
      const arena = await harness.inout('arena', old);
      const { planes, height, width } = { planes: s.planes!, height: s.height!, width: s.width! };
      const args = { planes, height, width };
      return {
        record: () => [
          kernel.call({ arena }, { ...args, x: 0, out: n }, slots),
          kernel.call({ arena }, { ...args, x: n, out: n }, slots),
        ],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count: old.length,
            type: 'f32',
            tolerance: 1e-6, // sums of four numbers up to 1, twice
            expected() {
              const all = Float64Array.from(old);
              all.set(reference(all.slice(0, n), height, width), n);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
