import { empiricalDenoiser as reference } from '../../math/reference/density.ts';
import { createEmpiricalDenoiserVersion, type EmpiricalVersion } from '../density/empiricalDenoiser.ts';
import { places, signal } from './inputs.ts';
import { assemble, checkShape, MOST_MACS, versionsOf } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'points', min: 1, max: 65_536 },
  { name: 'points', label: 'points of the set', min: 1, max: 1_048_576 },
];
const of = (samples: number, points: number): Shape => ({ samples, points });
const SIGMA = 0.7;

/** Bytes of points that are loaded. */
const loads: Readonly<Record<string, (samples: number, points: number) => number>> = {
  '1.registers': (samples, points) => samples * 32 * Math.ceil(points / 4), // all, four at a time, for each sample
  '2.flash': (samples, points) => Math.ceil(samples / 64) * 16 * Math.ceil(points / 2), // all for each 64 samples
};

export const empiricalDenoiser: Family = {
  id: 'empirical_denoiser',
  group: 'density',
  tunes: 'empirical_denoiser',
  dims,
  title: 'Denoiser of a set of points',
  summary:
    'The exact denoiser of a finite set in the plane: softmax of distances times the points, without the table of distances.',
  versions: versionsOf('empirical_denoiser'),
  shapes: [
    { label: '512 points among 4,096', shape: of(512, 4096) },
    { label: '4,096 points among 4,096', shape: of(4096, 4096) },
    { label: '512 points among 16,384', shape: of(512, 16_384) },
  ],
  edges: [of(1, 1), of(3, 2), of(15, 3), of(16, 63), of(17, 64), of(63, 65), of(64, 257), of(65, 1000)],
  work: ({ samples, points }) => ({ flops: samples! * (13 * points! + 2), bytes: 16 * samples! + 8 * points! }), // distance (5), scale, largest, subtract, exp, sum, two products with sums
  moves: (version, { samples, points }) => 16 * samples! + (loads[version]?.(samples!, points!) ?? NaN),
  prepare(ctx, slots, version, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('empirical_denoiser', dims, shape);
      const samples = shape.samples!;
      const count = shape.points!;
      const kernel = await createEmpiricalDenoiserVersion(ctx, version as EmpiricalVersion);
      const x = signal(2 * samples, 6, 1 + SIGMA);
      const data = signal(2 * count, 5);
      const old = signal(4 * samples + 5, 4);
      old.set(x);
      const arena = await harness.inout('arena', old);
      const points = await harness.input('points', data);
      return {
        record: () => [
          kernel.call({ arena, points }, { samples, points: count, at: 0, out: 2 * samples, sigma: SIGMA }, slots),
        ],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count: old.length,
            type: 'f32',
            tolerance: 2e-5, // weights have the rounding of the exponent, 1e-6, of points up to 1
            expected() {
              const some =
                samples * count * 2 <= MOST_MACS / 4
                  ? Array.from({ length: samples }, (_, i) => i)
                  : places(samples, 300); // an exp each
              const found = new Map(
                some.flatMap((i) =>
                  [...reference(x.subarray(2 * i, 2 * i + 2), data, SIGMA)].map(
                    (v, e) => [2 * samples + 2 * i + e, v] as const,
                  ),
                ),
              );
              const indices = Uint32Array.from(old.keys()).filter(
                (i) => i < 2 * samples || i >= 4 * samples || found.has(i),
              ); // what is not the result must stay
              return { indices, values: Float64Array.from(indices, (i) => found.get(i) ?? old[i]!) };
            },
          },
        ],
      };
    });
  },
};
