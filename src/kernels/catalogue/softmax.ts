import { softmax as reference } from '../../math/reference/norm.ts';
import { createSoftmaxVersion, type SoftmaxVersion } from '../reduce/softmax.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, versionsOf, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 65_536 },
  { name: 'cols', label: 'columns', min: 1, max: 262_144 },
  { name: 'pad', label: 'elements between rows', min: 0, max: 64 },
];
const dense = (rows: number, cols: number): Shape => ({ rows, cols, pad: 0 });

/** Times that an element is read; it is written once. */
const reads: Readonly<Record<string, number>> = {
  '1.tree': 3, // largest, sum, result
  '2.lanes': 2, // largest and sum together, result
  '3.subgroup': 3,
};

export const softmax: Family = {
  id: 'softmax',
  group: 'reduce',
  tunes: 'softmax',
  dims,
  title: 'Softmax of rows',
  summary:
    'exp(x − max) / Σ, row by row and in place. Weights of the empirical denoiser over a set of images, and probabilities of tokens.',
  versions: versionsOf('softmax'),
  shapes: [
    { label: '256×1024', shape: dense(256, 1024) },
    { label: '1024×1024', shape: dense(1024, 1024) },
    { label: '16 images among 10,000 digits', shape: dense(16, 10_000) },
    { label: 'GPT-2, 4 rows of logits', shape: dense(4, 50_257) },
    { label: 'sotu, 32 rows of logits', shape: dense(32, 4096) },
    { label: '65,536×16', shape: dense(65_536, 16) },
  ],
  edges: [
    dense(1, 1),
    dense(15, 63),
    dense(16, 64),
    dense(17, 65),
    dense(3, 3),
    dense(5, 4),
    dense(65, 257),
    { rows: 9, cols: 20, pad: 3 },
  ],
  // Largest, subtract, exp, sum, divide.
  work: ({ rows, cols }) => ({ flops: 5 * rows! * cols!, bytes: 8 * rows! * cols! }),
  moves: (version, { rows, cols }) => 4 * ((reads[version] ?? NaN) + 1) * rows! * cols!,
  prepare(ctx, slots, version, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('softmax', dims, shape);
      const rows = shape.rows!;
      const cols = shape.cols!;
      const row = cols + shape.pad!;
      const first = shape.pad!;
      const count = first + rows * row;
      const kernel = await createSoftmaxVersion(ctx, version as SoftmaxVersion);
      const data = signal(count, 3, 8); // from nearly flat to peaked by e^16
      const x = await harness.inout('x', data);
      const bias = await harness.input('bias', new Float32Array(4));
      return {
        record: () => [kernel.call({ x, bias }, { rows, cols, row, at: first }, slots)],
        outputs: [
          {
            name: 'x',
            buffer: x,
            at: 0,
            count,
            type: 'f32',
            // exp is good to 3 + 2·|v| ulp, and a lane's sum of up to `cols` terms rounds; relative to the largest
            // probability, which is about 16 / cols for numbers spread over −8…8: an absolute bound would pass zeros on
            // long rows.
            tolerance: (3e-6 + 3e-7 * Math.sqrt(cols / 4)) * Math.min(1, 32 / cols),
            expected() {
              const all = Float64Array.from(data);
              for (let r = 0; r < rows; r++)
                all.set(reference(data.subarray(first + r * row, first + r * row + cols), 1, cols), first + r * row);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
