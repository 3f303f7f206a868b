import { distanceSums } from '../../math/reference/sets.ts';
import { createPairwiseDistance } from '../reduce/pairwiseDistance.ts';
import { signal } from './inputs.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'n', label: 'rows of a', min: 1, max: 65_536 },
  { name: 'm', label: 'rows of b', min: 1, max: 65_536 },
  { name: 'dim', label: 'columns', min: 1, max: 4096 },
  { name: 'parts', label: 'parts of b', min: 1, max: 256 },
];
const of = (n: number, m: number, dim: number, parts: number): Shape => ({ n, m, dim, parts });
const quadsOf = (m: number) => Math.ceil(m / 4);

export const pairwiseDistance: Family = {
  id: 'pairwise_distance',
  group: 'reduce',
  dims,
  title: 'Sums of distances',
  summary: 'Σ |a − b| over two sets of rows: the energy distance of samples from a target.',
  versions: onlyVersion('a row of a against four rows of b at a time'),
  shapes: [
    { label: '1,024×1,024 in the plane', shape: of(1024, 1024, 2, 8) },
    { label: '512×2,048 in the plane', shape: of(512, 2048, 2, 8) },
    { label: '64×256 of 64 features', shape: of(64, 256, 64, 4) },
  ],
  edges: [
    of(1, 1, 1, 1),
    of(3, 5, 2, 1),
    of(63, 64, 2, 1),
    of(64, 65, 3, 2),
    of(65, 6, 2, 5),
    of(2, 7, 3, 1),
    of(257, 130, 2, 4),
    of(20, 33, 84, 3),
  ],
  work: ({ n, m, dim, parts }) => ({ flops: n! * m! * (3 * dim! + 2), bytes: 4 * (n! + m!) * dim! + 4 * n! * parts! }), // difference, square, sum; root, sum
  moves: (_, { n, m, dim, parts }) => 4 * n! * (5 * dim! * quadsOf(m!) + parts!), // a number of a and four of b for each column of each four rows of b
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('pairwise_distance', dims, shape);
      checkReference('pairwise_distance', pairwiseDistance.work(shape).flops);
      const n = shape.n!;
      const m = shape.m!;
      const dim = shape.dim!;
      const parts = shape.parts!;
      const kernel = await createPairwiseDistance(ctx);
      const dataA = signal(n * dim, 2);
      const dataB = signal(1 + m * dim, 3);
      const a = await harness.input('a', dataA);
      const b = await harness.input('b', dataB);
      const partial = await harness.output('partial', n * parts);
      const each = 4 * Math.ceil(quadsOf(m) / parts); // rows of b a part
      return {
        record: () => [kernel.call({ a, b, partial }, { n, m, dim, parts, bAt: 1 }, slots)],
        outputs: [
          {
            name: 'partial',
            buffer: partial,
            at: 0,
            count: n * parts,
            type: 'f32',
            tolerance: 1e-6 + 3e-6 * Math.min(each, m) * 2 * Math.sqrt(dim), // relative to a sum of distances of at most 2·√dim
            expected() {
              const all = new Float64Array(n * parts);
              for (let p = 0; p < parts; p++)
                all.set(
                  distanceSums(dataA, dataB.subarray(1), dim, Math.min(m, p * each), Math.min(m, (p + 1) * each)),
                  p * n,
                );
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
