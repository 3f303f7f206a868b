import { noise } from '../../math/reference/elementwise.ts';
import { createPhiloxNormal } from '../random/philoxNormal.ts';
import { signal } from './inputs.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'samples', min: 1, max: 65_536 },
  { name: 'dim', label: 'numbers a sample', min: 1, max: 65_536 },
  { name: 'draws', label: 'draws summed', min: 1, max: 64 },
];
const of = (samples: number, dim: number, draws: number): Shape => ({ samples, dim, draws });
const SEED = 0xdeadbeef;
const FIRST = 4;

/**
 * Operations a normal: Philox is ten rounds of ten integer operations for four words; Box and Muller's log, root, sine
 * and cosine with six products for two normals; the weight.
 */
export const NORMAL_FLOPS = 25 + 5 + 2;
/** f32 sin, cos and log leave about 1e-6 of a normal of size up to 5.8; hardware is allowed a little more. */
export const NORMAL_TOLERANCE = 3e-5;
/** Weights and numbers of draws: the initial noise, then those of a Brownian tree. */
export const drawsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => [0.5 - (0.3 * i) / count, i === 0 ? 7 : 0x40000000 + 3 * i] as const);

export const philoxNormal: Family = {
  id: 'philox_normal',
  group: 'random',
  dims,
  title: 'Keyed normals',
  summary:
    'Weighted sums of standard normals that are a pure function of seed, sample, draw and element (Philox 4x32, Box and Muller). Initial noise and Brownian increments of every sampler.',
  versions: onlyVersion('four normals an invocation'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 784, 1) },
    { label: 'avatars, 16 images', shape: of(16, 3072, 1) },
    { label: '1,048,576 normals', shape: of(256, 4096, 1) },
    { label: 'plane, 4,096 points', shape: of(4096, 2, 1) },
    { label: 'digits, a Brownian step of 12 draws', shape: of(16, 784, 12) },
  ],
  edges: [of(1, 1, 1), of(1, 2, 1), of(3, 2, 2), of(5, 3, 1), of(63, 4, 1), of(64, 4, 1), of(65, 4, 3), of(2, 260, 64)],
  work: ({ samples, dim, draws }) => ({ flops: NORMAL_FLOPS * samples! * dim! * draws!, bytes: 4 * samples! * dim! }),
  moves: (_, { samples, dim }) => 4 * samples! * dim!, // nothing is loaded
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('philox_normal', dims, shape);
      checkReference('philox_normal', philoxNormal.work(shape).flops);
      const samples = shape.samples!;
      const dim = shape.dim!;
      const draws = drawsOf(shape.draws!);
      const out = 64;
      const count = out + samples * dim + 5;
      const kernel = await createPhiloxNormal(ctx);
      const old = signal(count, 9);
      const arena = await harness.inout('arena', old);
      return {
        record: () => [kernel.call({ arena }, { seed: SEED, firstSample: FIRST, samples, dim, draws, out }, slots)],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count,
            type: 'f32',
            tolerance: NORMAL_TOLERANCE * Math.sqrt(draws.length),
            expected() {
              const all = Float64Array.from(old); // what is not the register must stay
              all.set(noise(SEED, draws, samples, dim, FIRST), out);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
