import { timeEmbedding as reference } from '../../math/reference/elementwise.ts';
import { createTimeEmbedding, sinusoids, turns } from '../diffusion/timeEmbedding.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 65_536 },
  { name: 'half', label: 'frequencies', min: 1, max: 4096 },
];
const of = (rows: number, half: number): Shape => ({ rows, half });
const TIME = 370;

export const timeEmbedding: Family = {
  id: 'time_embedding',
  group: 'diffusion',
  dims,
  title: 'Time embedding',
  summary:
    'Cosines and sines of a time at many frequencies, for every row. The noise level as the diffusion networks see it.',
  versions: onlyVersion('two frequencies of a row an invocation'),
  shapes: [
    { label: 'digits and avatars', shape: of(1, 128) },
    { label: '16 rows of 128', shape: of(16, 128) },
    { label: '4,096 rows of 64', shape: of(4096, 64) },
  ],
  edges: [of(1, 1), of(1, 3), of(3, 63), of(1, 127), of(1, 128), of(1, 129), of(5, 26)],
  work: ({ rows, half }) => ({ flops: 4 * rows! * half!, bytes: 4 * half! + 8 * rows! * half! }), // product, fraction, cosine, sine
  moves: (_, { rows, half }) => rows! * (8 * Math.ceil(half! / 2) + 8 * half!), // two frequencies an invocation; two stores a frequency
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('time_embedding', dims, shape);
      const rows = shape.rows!;
      const half = shape.half!;
      const frequencies = sinusoids(half);
      const kernel = await createTimeEmbedding(ctx);
      const turnBuffer = await harness.input('turns', turns(frequencies));
      const y = await harness.output('y', 2 * rows * half);
      return {
        record: () => [kernel.call({ turns: turnBuffer, y }, { rows, half, value: TIME }, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: 2 * rows * half,
            type: 'f32',
            tolerance: 1e-6 + 1.5e-7 * TIME, // the phase is an f32: up to TIME / 2π turns with 2⁻²⁴ of relative rounding, twice
            expected() {
              const row = reference(frequencies, TIME);
              const all = new Float64Array(2 * rows * half);
              for (let r = 0; r < rows; r++) all.set(row, 2 * r * half);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
