import { projections as projected } from '../../math/reference/sets.ts';
import {
  bitonicStages,
  createBitonic,
  createProject,
  createSortedProjection,
  paddedLength,
} from '../reduce/sortedProjection.ts';
import { signal } from './inputs.ts';
import { assemble, at, checkReference, checkShape, onlyVersion, upTo, whole } from './harness.ts';
import type { Dim, Family, Output, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'n', label: 'rows', min: 1, max: 65_536 },
  { name: 'dim', label: 'columns', min: 1, max: 4096 },
  { name: 'projections', label: 'directions', min: 1, max: 4096 },
];
const sortDims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 4096 },
  { name: 'n', label: 'numbers a row', min: 2, max: 1_048_576 },
];
const of = (n: number, dim: number, projections: number): Shape => ({ n, dim, projections });
const shapes = [
  { label: '1,024 points of the plane, 64 directions', shape: of(1024, 2, 64) },
  { label: '4,096 points of the plane, 32 directions', shape: of(4096, 2, 32) },
  { label: '256 rows of 64 features, 128 directions', shape: of(256, 64, 128) },
];
const edges = [of(1, 1, 1), of(2, 2, 3), of(3, 2, 1), of(63, 2, 4), of(64, 3, 2), of(65, 2, 2), of(1000, 2, 5)];
/** What fills a row after its last number, as the shader has it. */
const FILL = Math.fround(3.4e38);

const projectFlops = ({ n, dim, projections }: Shape) => 2 * n! * dim! * projections!;
const projectMoves = ({ n, dim, projections }: Shape) => projections! * (8 * n! * dim! + 4 * paddedLength(n!));
/** Each stage loads and stores everything, two where a dispatch does two. */
const sortMoves = (rows: number, padded: number) => 8 * rows * padded * bitonicStages(padded).length;
/** A comparison for every two numbers in each of log₂·(log₂ + 1)/2 stages: a least and a largest. */
const sortFlops = (rows: number, padded: number) => (rows * padded * Math.log2(padded) * (Math.log2(padded) + 1)) / 2;

/** The first n of each row, and the rest, which must be as it was filled. */
const tables = (buffer: GPUBuffer, s: Shape, dim: number, row: (p: number) => Float64Array): Output[] => {
  const n = s.n!;
  const padded = paddedLength(n);
  const count = s.projections! * padded;
  return [
    {
      name: 'y',
      buffer,
      at: 0,
      count,
      type: 'f32',
      tolerance: 6e-8 * (4 + dim) * 2, // rounding of dim products of at most 1
      expected() {
        const values = new Float64Array(s.projections! * n);
        for (let p = 0; p < s.projections!; p++) values.set(row(p), p * n);
        return { indices: upTo(count).filter((i) => i % padded < n), values };
      },
    },
    ...(padded > n
      ? [
          {
            name: 'fill',
            buffer,
            at: 0,
            count,
            type: 'f32' as const,
            tolerance: 0,
            expected: () =>
              at(
                upTo(count).filter((i) => i % padded >= n),
                () => FILL,
              ),
          },
        ]
      : []),
  ];
};

const project: Family = {
  id: 'project',
  group: 'reduce',
  dims,
  title: 'Projections of a set',
  summary: 'x·direction for every row and direction: the first half of the sliced Wasserstein distance.',
  versions: onlyVersion('a product an invocation'),
  shapes,
  edges,
  work: (s) => ({
    flops: projectFlops(s),
    bytes: 4 * (s.n! * s.dim! + s.projections! * s.dim! + s.projections! * paddedLength(s.n!)),
  }),
  moves: (_, s) => projectMoves(s),
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('project', dims, s);
      checkReference('project', project.work(s).flops);
      const n = s.n!;
      const dim = s.dim!;
      const kernel = await createProject(ctx);
      const data = signal(2 + n * dim, 3);
      const along = signal(s.projections! * dim, 4);
      const x = await harness.input('x', data);
      const directions = await harness.input('directions', along);
      const y = await harness.output('y', s.projections! * paddedLength(n));
      return {
        record: () => [kernel.call({ x, directions, y }, { n, dim, at: 2, projections: s.projections! }, slots)],
        outputs: tables(y, s, dim, (p) => projected(data.subarray(2), along.subarray(p * dim), n, dim)),
      };
    });
  },
};

const sortedProjection: Family = {
  id: 'sorted_projection',
  group: 'reduce',
  dims,
  title: 'Sorted projections of a set',
  summary:
    'Every projection of a set in ascending order, a dispatch of products and then the stages of a bitonic sort. The sliced Wasserstein distance is the mean gap of two such tables.',
  versions: onlyVersion('two stages of the sort a dispatch'),
  shapes,
  edges,
  work: (s) => ({
    flops: projectFlops(s) + sortFlops(s.projections!, paddedLength(s.n!)),
    bytes: 4 * (s.n! * s.dim! + s.projections! * s.dim! + s.projections! * paddedLength(s.n!)),
  }),
  moves: (_, s) => projectMoves(s) + sortMoves(s.projections!, paddedLength(s.n!)),
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('sorted_projection', dims, s);
      checkReference('sorted_projection', sortedProjection.work(s).flops);
      const n = s.n!;
      const dim = s.dim!;
      const kernel = await createSortedProjection(ctx);
      const data = signal(2 + n * dim, 3);
      const along = signal(s.projections! * dim, 4);
      const x = await harness.input('x', data);
      const directions = await harness.input('directions', along);
      const y = await harness.output('y', s.projections! * paddedLength(n));
      return {
        record: () => kernel.calls({ x, directions, y }, { n, dim, at: 2, projections: s.projections! }, slots),
        outputs: tables(y, s, dim, (p) => projected(data.subarray(2), along.subarray(p * dim), n, dim).sort()),
      };
    });
  },
};

const bitonic: Family = {
  id: 'bitonic',
  group: 'reduce',
  dims: sortDims,
  title: 'Bitonic sort of rows',
  summary:
    'Rows of a power of 2 in ascending order (Batcher 1968), in place: the second half of the sliced Wasserstein distance.',
  versions: onlyVersion('two stages a dispatch'),
  shapes: [
    { label: '64 rows of 1,024', shape: { rows: 64, n: 1024 } },
    { label: '32 rows of 4,096', shape: { rows: 32, n: 4096 } },
    { label: '1 row of 65,536', shape: { rows: 1, n: 65_536 } },
  ],
  edges: [
    { rows: 1, n: 2 },
    { rows: 3, n: 4 },
    { rows: 31, n: 8 },
    { rows: 2, n: 64 },
    { rows: 2, n: 256 },
    { rows: 1, n: 2048 },
  ],
  work: ({ rows, n }) => ({ flops: sortFlops(rows!, n!), bytes: 8 * rows! * n! }),
  moves: (_, { rows, n }) => sortMoves(rows!, n!),
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('bitonic', sortDims, s);
      checkReference('bitonic', bitonic.work(s).flops);
      const rows = s.rows!;
      const n = s.n!;
      const kernel = await createBitonic(ctx);
      if (paddedLength(n) !== n) throw new RangeError(`bitonic: rows of ${n} numbers; it must be a power of 2`);
      const data = signal(rows * n, 6);
      const y = await harness.inout('y', data);
      return {
        record: () => bitonicStages(n).map((stage) => kernel.call({ y }, { rows, padded: n, ...stage }, slots)),
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: rows * n,
            type: 'f32',
            tolerance: 0,
            expected() {
              const all = Float64Array.from(data);
              for (let r = 0; r < rows; r++) all.subarray(r * n, (r + 1) * n).sort();
              return whole(all);
            },
          },
        ],
      };
    });
  },
};

/** project, bitonic, and both as they are used. */
export const sortedProjections: readonly Family[] = [project, bitonic, sortedProjection];
