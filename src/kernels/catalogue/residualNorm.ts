import { residualNorm as reference } from '../../math/reference/residualNorm.ts';
import { createResidualNormVersion, type ResidualNormVersion } from '../norm/residualNorm.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, versionsOf, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 65_536 },
  { name: 'width', label: 'columns', min: 1, max: 16_384 },
];
const of = (rows: number, width: number): Shape => ({ rows, width });

/** Loads and stores a number: x, delta and the sum; then the sum for each pass over it; weight, bias and result. */
const passes: Readonly<Record<string, { readonly layernorm: number; readonly rmsnorm: number }>> = {
  '1.tree': { layernorm: 3 + 1 + 4, rmsnorm: 3 + 1 + 3 },
  '2.lanes': { layernorm: 3 + 4, rmsnorm: 3 + 3 }, // squares come from the first pass
  '3.subgroup': { layernorm: 3 + 1 + 4, rmsnorm: 3 + 1 + 3 },
};

function family(kind: 'layernorm' | 'rmsnorm'): Family {
  const layer = kind === 'layernorm';
  const id = layer ? 'residual_norm_layer' : 'residual_norm_rms';
  const epsilon = 1e-5;
  return {
    id,
    group: 'norm',
    tunes: 'residual_norm',
    dims,
    title: `Sum with the residual, and its ${layer ? 'LayerNorm' : 'RMSNorm'}`,
    summary: `x += delta and the norm of the new x in one dispatch, between the halves of a block of ${layer ? 'GPT-2' : 'a Llama'}.`,
    versions: versionsOf('residual_norm'),
    shapes: [
      { label: '256×1024', shape: of(256, 1024) },
      { label: 'sotu, 1 row', shape: of(1, 192) },
      { label: 'sotu, 256 tokens', shape: of(256, 192) },
      { label: 'countdown, 8 branches', shape: of(8, 128) },
      { label: 'GPT-2 width, 1 row', shape: of(1, 768) },
      { label: 'GPT-2 width, 128 tokens', shape: of(128, 768) },
    ],
    edges: [of(1, 1), of(1, 4), of(3, 8), of(4, 127), of(5, 128), of(17, 132), of(2, 516), of(63, 65), of(70, 68)],
    work: ({ rows, width }) => ({
      flops: (layer ? 8 : 5) * rows! * width!,
      bytes: 16 * rows! * width! + (layer ? 8 : 4) * width!,
    }),
    moves: (version, { rows, width }) => 4 * (passes[version]?.[kind] ?? NaN) * rows! * width!,
    prepare(ctx, slots, version, shape) {
      return assemble(ctx, slots, async (harness) => {
        checkShape(id, dims, shape);
        const rows = shape.rows!;
        const width = shape.width!;
        const count = rows * width;
        const kernel = await createResidualNormVersion(ctx, version as ResidualNormVersion, {
          kind,
          delta: true,
          bias: layer,
        });
        // Rows of different means and sizes, so that a shared statistic would show.
        const old = signal(count, 5).map(
          (v, i) => v * (1 + (Math.floor(i / width) % 5)) + (Math.floor(i / width) % 7) - 3,
        );
        const data = { delta: signal(count, 8), weight: signal(width, 7).map((v) => 1 + v), bias: signal(width, 9) };
        const x = await harness.inout('x', old);
        const delta = await harness.input('delta', data.delta);
        const weight = await harness.input('weight', data.weight);
        const bias = await harness.input('bias', data.bias);
        const y = await harness.output('y', count);
        const expected = (part: 'x' | 'y') => () =>
          whole(
            reference(old, data.delta, rows, width, {
              kind,
              epsilon,
              weight: data.weight,
              ...(layer && { bias: data.bias }),
            })[part],
          );
        return {
          record: () => [kernel.call({ x, y, weight, delta, ...(layer && { bias }) }, { rows, width, epsilon }, slots)],
          outputs: [
            { name: 'x', buffer: x, at: 0, count, type: 'f32', tolerance: 1e-6, expected: expected('x') }, // one addition, of numbers up to 10
            { name: 'y', buffer: y, at: 0, count, type: 'f32', tolerance: 2e-5, expected: expected('y') }, // sums in 4 or more parts: rounding well below 6e-8·√width of values up to 6
          ],
        };
      });
    },
  };
}

/** residual_norm_layer and residual_norm_rms. */
export const residualNorm: readonly Family[] = [family('layernorm'), family('rmsnorm')];
