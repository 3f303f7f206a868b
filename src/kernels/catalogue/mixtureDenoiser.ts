import { mixtureDenoiser as reference } from '../../math/reference/density.ts';
import { createMixtureDenoiser, packMixture } from '../density/mixtureDenoiser.ts';
import { signal } from './inputs.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'points', min: 1, max: 65_536 },
  { name: 'components', label: 'components', min: 1, max: 4096 },
];
const of = (samples: number, components: number): Shape => ({ samples, components });
const SIGMA = 0.5;

export const mixtureDenoiser: Family = {
  id: 'mixture_denoiser',
  group: 'density',
  dims,
  title: 'Denoiser of a Gaussian mixture',
  summary:
    'The exact denoiser E[x₀ | x] of a mixture in the plane, in closed form: the ground truth of the two-dimensional laboratory.',
  versions: onlyVersion('a point an invocation'),
  shapes: [
    { label: '4,096 points, 8 components', shape: of(4096, 8) },
    { label: '4,096 points, 25 components', shape: of(4096, 25) },
    { label: '512 points, 8 components', shape: of(512, 8) },
    { label: '16,384 points, 64 components', shape: of(16_384, 64) },
  ],
  edges: [of(1, 1), of(2, 8), of(63, 25), of(64, 8), of(65, 64), of(200, 3)],
  // For each component: variance (2), difference (2), square (3), logarithm and its terms (5), largest, two exps with
  // differences (4), sums and mean (16).
  work: ({ samples, components }) => ({
    flops: samples! * (33 * components! + 2),
    bytes: 16 * samples! + 16 * components!,
  }),
  moves: (_, { samples, components }) => samples! * (16 + 16 * components!), // every component for every point
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('mixture_denoiser', dims, shape);
      checkReference('mixture_denoiser', mixtureDenoiser.work(shape).flops);
      const samples = shape.samples!;
      const count = shape.components!;
      const u = signal(3 * count, 7);
      const round = Math.fround;
      const kernel = await createMixtureDenoiser(ctx);
      const components = Array.from({ length: count }, (_, k) => ({
        weight: round(0.1 + Math.abs(u[k]!)),
        mean: [round(3 * u[count + k]!), round(2 * u[2 * count + k]!)] as const,
        std: round(0.02 + 0.05 * (k % 4)),
      }));
      const x = signal(2 * samples, 3, 2 + 2 * SIGMA);
      const old = signal(4 * samples + 5, 4);
      old.set(x);
      const arena = await harness.inout('arena', old);
      const mixture = await harness.input('mixture', packMixture(components));
      return {
        record: () => [
          kernel.call({ arena, mixture }, { samples, components: count, at: 0, out: 2 * samples, sigma: SIGMA }, slots),
        ],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count: old.length,
            type: 'f32',
            // log-weights reach |x − μ|²/2v; their f32 rounding moves r by that times 1e-7, times the spread of the
            // means
            tolerance: 2e-4,
            expected() {
              const all = Float64Array.from(old); // what is not the result must stay
              all.set(reference(x, components, SIGMA), 2 * samples);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
