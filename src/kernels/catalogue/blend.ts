import { blend as reference } from '../../math/blend.ts';
import { createBlend } from '../diffusion/blend.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import { signal } from './inputs.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'samples', min: 1, max: 65_536 },
  { name: 'dim', label: 'numbers a sample', min: 1, max: 65_536 },
];
const of = (samples: number, dim: number): Shape => ({ samples, dim });
const numbers = (s: Shape) => s.samples! * s.dim!;

export const blend: Family = {
  id: 'blend',
  group: 'diffusion',
  dims,
  title: 'Two registers by a mask',
  summary: 'm·a + (1 − m)·b: what is given inside a mask and what was made outside of it, in tasks that restore.',
  versions: onlyVersion('one invocation a number'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 784) },
    { label: 'avatars, 64 images', shape: of(64, 3072) },
    { label: 'plane, 4,096 points', shape: of(4096, 2) },
  ],
  edges: [of(1, 1), of(1, 63), of(1, 64), of(5, 13), of(3, 784)],
  work: (s) => ({ flops: 4 * numbers(s), bytes: 16 * numbers(s) }),
  moves: (_, s) => 16 * numbers(s), // three loads and a store
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('blend', dims, s);
      checkReference('blend', 4 * numbers(s));
      const n = numbers(s);
      const kernel = await createBlend(ctx);
      const old = signal(4 * n + 5, 5);
      // Inside, outside, and between.
      for (let i = 0; i < n; i++) old[i] = [1, 0, 0.25][i % 3]!;
      const arena = await harness.inout('arena', old);
      return {
        record: () => [kernel.call({ arena }, { count: n, by: 0, a: n, b: 2 * n, out: 3 * n }, slots)],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count: old.length,
            type: 'f32',
            tolerance: 1e-6, // two products of numbers up to 5, and their sum
            expected() {
              const all = Float64Array.from(old); // what is not the result must stay
              all.set(reference(all.slice(0, n), all.slice(n, 2 * n), all.slice(2 * n, 3 * n)), 3 * n);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
