import { gated } from '../../math/reference/linear.ts';
import { createGateActivation } from '../linear/gateActivation.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, onlyVersion, whole } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 16_384 },
  { name: 'hidden', label: 'hidden width', min: 4, max: 65_536, multiple: 4 },
];
const of = (rows: number, hidden: number): Shape => ({ rows, hidden });

export const gateActivation: Family = {
  id: 'gate_activation',
  group: 'linear',
  dims,
  title: 'SwiGLU’s product',
  summary:
    'silu of the first half of a row times the second. After the matrix product that makes gates and ups of a prompt.',
  versions: onlyVersion('four numbers an invocation'),
  shapes: [
    { label: '256×1024', shape: of(256, 1024) },
    { label: 'sotu, 256 tokens', shape: of(256, 512) },
    { label: 'countdown, 64 tokens', shape: of(64, 384) },
    { label: '1024×4096', shape: of(1024, 4096) },
  ],
  edges: [of(1, 4), of(1, 252), of(1, 256), of(1, 260), of(3, 84), of(65, 12)],
  work: ({ rows, hidden }) => ({ flops: 5 * rows! * hidden!, bytes: 12 * rows! * hidden! }), // exp, add, divide, two multiplications
  moves: (_, { rows, hidden }) => 12 * rows! * hidden!, // each number once
  prepare(ctx, slots, _, shape) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('gate_activation', dims, shape);
      const rows = shape.rows!;
      const hidden = shape.hidden!;
      const kernel = await createGateActivation(ctx);
      const data = signal(rows * 2 * hidden, 12, 8);
      const x = await harness.input('x', data);
      const h = await harness.output('h', rows * hidden);
      return {
        record: () => [kernel.call({ x, h }, { rows, hidden }, slots)],
        outputs: [
          {
            name: 'h',
            buffer: h,
            at: 0,
            count: rows * hidden,
            type: 'f32',
            tolerance: 64 * 2e-6,
            expected: () => whole(gated(data, rows, hidden)),
          },
        ], // products up to 64; exp is good to 3 + 2·|v| ulp
      };
    });
  },
};
