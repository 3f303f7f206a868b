import { guidance as reference } from '../../math/reference/elementwise.ts';
import { createGuidance } from '../diffusion/guidance.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [{ name: 'count', label: 'numbers', min: 1, max: 16_777_216 }];
const of = (count: number): Shape => ({ count });

export const guidance: Family = {
  id: 'guidance',
  group: 'diffusion',
  dims,
  title: 'Classifier-free guidance',
  summary: 'u + w·(c − u) of two registers, for the exact denoisers; networks do it in passing.',
  versions: onlyVersion('a number an invocation'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16 * 784) },
    { label: 'plane, 4,096 points', shape: of(8192) },
    { label: '1,048,576 numbers', shape: of(1_048_576) },
  ],
  edges: [of(1), of(63), of(64), of(65), of(5000)],
  work: ({ count }) => ({ flops: 3 * count!, bytes: 12 * count! }),
  moves: (_, { count }) => 12 * count!, // two loads and a store
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('guidance', dims, shape);
      const count = shape.count!;
      const kernel = await createGuidance(ctx);
      const old = signal(3 * count + 5, 3);
      const arena = await harness.inout('arena', old);
      const weight = 4;
      return {
        record: () => [
          kernel.call({ arena }, { count, conditional: 0, unconditional: count, out: 2 * count, weight }, slots),
        ],
        outputs: [
          {
            name: 'arena',
            buffer: arena,
            at: 0,
            count: old.length,
            type: 'f32',
            tolerance: 2e-6,
            expected() {
              const all = Float64Array.from(old); // what is not the result must stay
              all.set(reference(old.subarray(0, count), old.subarray(count), weight), 2 * count);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
