import { guide as reference, thresholds, type Guide } from '../../math/guide.ts';
import { createGuide } from '../diffusion/guide.ts';
import { signal } from './inputs.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

interface Kind {
  readonly by: Guide;
  /** Whether the result lies along a third register. */
  readonly onto?: true;
}
const KINDS: readonly Kind[] = [
  { by: { kind: 'project', keep: 1, along: -0.75 } },
  { by: { kind: 'bound', radius: 0.8 } },
  { by: { kind: 'deviation', share: 0.7 } },
  { by: { kind: 'affine', matrix: [0.9, -0.4, 0.3, 1.2, -0.7, 0.2, 0.5, 0.6, 0.25, -1.5] } },
  { by: { kind: 'unit', norm: 'rms', size: 0.6 } },
  { by: { kind: 'unit', norm: 'max', size: 0.6 } },
  { by: { kind: 'project', keep: 0.5, along: 0.75 }, onto: true },
  { by: { kind: 'threshold', quantile: 0.93, limit: 0.4 } },
  { by: { kind: 'mimic', quantile: 0.93 } },
];
const SUMS = KINDS.filter(({ by }) => !thresholds(by));
const QUANTILES = KINDS.filter(({ by }) => thresholds(by));
const called = ({ by, onto }: Kind): string => (onto ? `${by.kind} onto a third` : by.kind);

const dimsOf = (kinds: number, what: string): readonly Dim[] => [
  { name: 'samples', label: 'samples', min: 1, max: 65_536 },
  { name: 'dim', label: 'numbers a sample', min: 1, max: 65_536 },
  { name: 'kind', label: what, min: 0, max: kinds - 1 },
];
const of = (samples: number, dim: number, kind: number): Shape => ({ samples, dim, kind });
/** Lanes of a sample: one, two, a few, all; and samples that do not fill a workgroup. */
const edges = (kinds: readonly Kind[]): readonly Shape[] =>
  kinds.flatMap(({ by }, kind) =>
    [
      [257, 2],
      ...(kind === 0
        ? [
            [1, 1],
            [2, 2049],
          ]
        : [[3, by.kind === 'affine' ? 2 : 255 - kind]]),
    ].map(([samples, dim]) => of(samples!, dim!, kind)),
  );

function family(
  about: Pick<Family, 'id' | 'title' | 'summary'>,
  kinds: readonly Kind[],
  what: string,
  passes: number,
): Family {
  const dims = dimsOf(kinds.length, what);
  const numbers = (s: Shape) => s.samples! * s.dim!;
  return {
    ...about,
    group: 'diffusion',
    dims,
    versions: onlyVersion('up to a workgroup a sample, trees in workgroup memory'),
    shapes: [
      { label: `digits, 16 images, ${called(kinds[0]!)}`, shape: of(16, 784, 0) },
      { label: `avatars, 64 images, ${called(kinds.at(-1)!)}`, shape: of(64, 3072, kinds.length - 1) },
      { label: `plane, 4,096 points, ${called(kinds[0]!)}`, shape: of(4096, 2, 0) },
    ],
    edges: edges(kinds),
    work: (s) => ({ flops: 3 * passes * numbers(s), bytes: 12 * numbers(s) }),
    moves: (_, s) => 4 * numbers(s) * (passes + 3),
    prepare(ctx, slots, _, s) {
      return assemble(ctx, slots, async (harness) => {
        checkShape(about.id, dims, s);
        checkReference(about.id, 3 * passes * numbers(s));
        const [samples, dim] = [s.samples!, s.dim!];
        const n = numbers(s);
        const { by, onto } = kinds[s.kind!]!;
        const kernel = await createGuide(ctx);
        // Samples of different size and mean, none of nearly equal numbers, whose deviation divides; and values that are
        // alike.
        const sign = by.kind === 'unit' ? -1 : 1; // the largest of its sizes is not the largest of its numbers
        const one = signal(n, 3).map((v, i) => sign * (v + (i % 2 === 0 ? 0.5 : 3)) * (1 + (Math.floor(i / dim) % 3)));
        const two = signal(n, 4).map((v, i) => 0.3 * v + (i % 5 === 0 ? 0.25 : one[i]!));
        const three = signal(n, 6);
        const old = new Float32Array(4 * n + 5);
        old.set(one);
        old.set(two, n);
        old.set(three, 3 * n);
        const arena = await harness.inout('arena', old);
        return {
          record: () => [
            kernel.call({ arena }, { samples, dim, a: 0, b: n, out: 2 * n, by, ...(onto && { onto: 3 * n }) }, slots),
          ],
          outputs: [
            {
              name: 'arena',
              buffer: arena,
              at: 0,
              count: old.length,
              type: 'f32',
              // Numbers of up to 12, sums of thousands added by blocks: a few roundings.
              tolerance: 1e-5,
              expected() {
                const all = Float64Array.from(old); // what is not the result must stay
                const [a, b, c] = [0, 1, 3].map((k) => all.slice(k * n, (k + 1) * n)) as [
                  Float64Array,
                  Float64Array,
                  Float64Array,
                ];
                all.set(reference(a, b, dim, by, onto ? c : b), 2 * n);
                return whole(all);
              },
            },
          ],
        };
      });
    },
  };
}

export const guide: Family = family(
  {
    id: 'guide',
    title: 'Guidance by sums',
    summary:
      'What guidance does to a sample with its own sums: the part along another prediction, a bound on its length, its deviation, its size. Where a method of guidance needs it.',
  },
  SUMS,
  SUMS.map(called).join(', '),
  2,
);

export const guideThreshold: Family = family(
  {
    id: 'guide_threshold',
    title: 'Guidance by quantiles',
    summary:
      'Dynamic thresholding: a sample clipped at a quantile of its own sizes, found exactly by counting, and scaled back. Where a method of guidance needs it.',
  },
  QUANTILES,
  QUANTILES.map(called).join(', '),
  33,
);
