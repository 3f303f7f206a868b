import { nonfinite as reference } from '../../math/reference/pointwise.ts';
import { createNonfinite } from '../reduce/nonfinite.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family } from './types.ts';

const dims: readonly Dim[] = [{ name: 'count', label: 'numbers', min: 1, max: 16_777_216 }];

export const nonfinite: Family = {
  id: 'nonfinite',
  group: 'reduce',
  dims,
  title: 'Count of what is no number',
  summary: 'How many of a tensor are NaN or infinite, so that a run can say which block of a network went wrong first.',
  versions: onlyVersion('32 numbers an invocation, one atomic sum'),
  shapes: [
    { label: 'SD 1.5, latents of 64²', shape: { count: 16_384 } },
    { label: '1,048,576', shape: { count: 1_048_576 } },
  ],
  edges: [1, 63, 64, 65, 2047, 2048, 2049, 70_001].map((count) => ({ count })),
  work: ({ count }) => ({ flops: 2 * count!, bytes: 4 * count! }),
  moves: (_, { count }) => 4 * count!,
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('nonfinite', dims, shape);
      const count = shape.count!;
      const kernel = await createNonfinite(ctx);
      // Each sort somewhere, and the last; one past the end must not count.
      const data = signal(count + 1, 5, 3e38);
      for (const [i, v] of [NaN, Infinity, -Infinity].entries()) data[Math.floor((i * count) / 3)] = v;
      data[count - 1] = -Infinity;
      data[count] = NaN;
      const x = await harness.input('x', data);
      const counts = await harness.inout('counts', Uint32Array.of(5, 7, 9));
      return {
        record: () => [kernel.call({ x, counts }, { count, slot: 1 }, slots)],
        outputs: [
          {
            name: 'counts',
            buffer: counts,
            at: 0,
            count: 3,
            type: 'u32',
            tolerance: 0,
            expected: () => whole(Float64Array.of(5, 7 + reference(data.subarray(0, count)), 9)),
          },
        ],
      };
    });
  },
};
