import { lincomb as reference, noise } from '../../math/reference/elementwise.ts';
import { createLincombVersion, versions } from '../diffusion/lincomb.ts';
import { signal } from './inputs.ts';
import { assemble, checkReference, checkShape, whole } from './harness.ts';
import { drawsOf, NORMAL_FLOPS, NORMAL_TOLERANCE } from './philoxNormal.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'samples', min: 1, max: 65_536 },
  { name: 'dim', label: 'numbers a sample', min: 1, max: 65_536 },
  { name: 'terms', label: 'registers summed', min: 0, max: 8 },
  { name: 'draws', label: 'draws of noise', min: 0, max: 64 },
];
const of = (samples: number, dim: number, terms: number, draws = 0): Shape => ({ samples, dim, terms, draws });
const SEED = 11;
const FIRST = 2;
type Version = keyof typeof versions;
const titles: Readonly<Record<Version, string>> = {
  '1.scalar': 'any number of elements a sample',
  '2.vec4': 'four numbers a load',
};

/**
 * Numbers a sample that a version loads of each register: the scalar one reads its last again where four do not fit.
 */
const loaded: Readonly<Record<string, (dim: number) => number>> = {
  '1.scalar': (dim) => 4 * Math.ceil(dim / 4),
  '2.vec4': (dim) => dim,
};

export const lincomb: Family = {
  id: 'lincomb',
  group: 'diffusion',
  dims,
  title: 'Sampler update',
  summary: 'Σ cᵢ·registerᵢ with fresh noise fused in: every update of every sampler is one of these.',
  versions: (Object.keys(versions) as Version[]).map((id) => ({ id, title: titles[id], needs: [] })),
  shapes: [
    { label: 'digits, 16 images, 2 terms', shape: of(16, 784, 2) },
    { label: 'digits, 16 images, 3 terms and noise', shape: of(16, 784, 3, 1) },
    { label: 'avatars, 64 images, 2 terms', shape: of(64, 3072, 2) },
    { label: 'plane, 4,096 points, 2 terms', shape: of(4096, 2, 2) },
    { label: '1,048,576 numbers, 8 terms', shape: of(256, 4096, 8) },
  ],
  edges: [
    of(1, 1, 1),
    of(1, 2, 8),
    of(63, 2, 2),
    of(3, 5, 3, 2),
    of(1, 252, 1),
    of(1, 256, 2),
    of(1, 260, 3),
    of(65, 4, 8),
    of(9, 12, 0, 1),
    of(2, 8, 1, 3),
  ],
  work: ({ samples, dim, terms, draws }) => ({
    flops: samples! * dim! * (2 * terms! + NORMAL_FLOPS * draws!),
    bytes: 4 * samples! * dim! * (terms! + 1),
  }),
  // a load for each term, and a store
  moves: (version, { samples, dim, terms }) => 4 * samples! * (terms! * (loaded[version]?.(dim!) ?? NaN) + dim!),
  prepare(ctx, slots, version, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('lincomb', dims, shape);
      checkReference('lincomb', lincomb.work(shape).flops);
      const samples = shape.samples!;
      const dim = shape.dim!;
      const n = samples * dim;
      const stride = Math.ceil(n / 64) * 64;
      const out = shape.terms! * stride;
      const kernel = await createLincombVersion(ctx, version as keyof typeof versions);
      const terms = Array.from({ length: shape.terms! }, (_, i) => [1.5 - 0.7 * i, i * stride] as const);
      const draws = drawsOf(shape.draws!);
      const old = signal(out + n + 5, 3);
      const arena = await harness.inout('arena', old);
      return {
        record: () => [
          kernel.call(
            { arena },
            { samples, dim, terms, out, ...(draws.length > 0 && { noise: { seed: SEED, firstSample: FIRST, draws } }) },
            slots,
          ),
        ],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count: old.length,
            type: 'f32',
            tolerance: 8 * 6e-8 * 5 + NORMAL_TOLERANCE * Math.sqrt(draws.length), // eight terms of up to 5
            expected() {
              const all = Float64Array.from(old); // what is not the result must stay
              all.set(reference(old, terms, noise(SEED, draws, samples, dim, FIRST)), out);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
