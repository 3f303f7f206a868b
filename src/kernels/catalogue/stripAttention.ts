import { keysAndValues, stripAttention as reference } from '../../math/reference/partAttention.ts';
import { createStripAttention } from '../attention/stripAttention.ts';
import { assemble, checkReference, checkShape, onlyVersion, whole } from './harness.ts';
import { signal } from './inputs.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'batch', label: 'batch', min: 1, max: 256 },
  { name: 'heads', label: 'heads', min: 1, max: 64 },
  { name: 'tokens', label: 'tokens', min: 1, max: 1024 },
  { name: 'dim', label: 'head dimension', min: 4, max: 128, multiple: 4 },
];
const of = (batch: number, heads: number, tokens: number, dim: number): Shape => ({ batch, heads, tokens, dim });
const sizes = (s: Shape) => ({ batch: s.batch!, heads: s.heads!, tokens: s.tokens!, dim: s.dim! });

/** Who sees whom: of nine pairs four as they are, three as they were, two not; a token always sees itself. */
const table = (tokens: number): Uint32Array<ArrayBuffer> =>
  Uint32Array.from({ length: tokens * tokens }, (_, at) => {
    const [i, j] = [Math.floor(at / tokens), at % tokens];
    return i === j ? 1 : [1, 2, 0, 1, 2, 1, 0, 2, 1][(4 * i + 7 * j) % 9]!;
  });
const pairsOf = (tokens: number) => table(tokens).reduce((n, cell) => n + (cell === 0 ? 0 : 1), 0);

export const stripAttention: Family = {
  id: 'strip_attention',
  group: 'attention',
  dims,
  title: 'Attention of strips',
  summary:
    'softmax(q·kᵀ/√d)·v over what a table lets a token see, as it is or as the pass before left it, and its own keys and values left for the next. In patch parallelism.',
  versions: onlyVersion('one invocation a query'),
  shapes: [
    { label: 'digits, 16 images', shape: of(16, 3, 49, 32) },
    { label: 'avatars, 16 images', shape: of(16, 4, 64, 32) },
  ],
  edges: [of(1, 1, 1, 4), of(2, 3, 7, 8), of(1, 2, 49, 32), of(2, 1, 65, 12), of(1, 1, 9, 128)],
  // Two products of 2·d for each pair that is seen, and scale, largest, subtract, exp and sum of each score.
  work(s) {
    const { batch, heads, tokens, dim } = sizes(s);
    return {
      flops: batch * heads * pairsOf(tokens) * (4 * dim + 5),
      bytes: 4 * (batch * tokens * heads * dim * 8 + tokens * tokens),
    };
  },
  // Of each pair that is seen q and key twice and the value once; the table twice; keys and values taken over, a result.
  moves(_, s) {
    const { batch, heads, tokens, dim } = sizes(s);
    return 4 * batch * heads * (pairsOf(tokens) * 5 * dim + 2 * tokens * tokens + 5 * tokens * dim);
  },
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('strip_attention', dims, s);
      const { batch, heads, tokens, dim } = sizes(s);
      checkReference('strip_attention', batch * heads * tokens * tokens * 4 * dim);
      const width = heads * dim;
      const kernel = await createStripAttention(ctx, { headDim: dim });
      const data = signal(batch * tokens * 3 * width, 3, 2);
      const cells = table(tokens);
      // What an earlier pass left, and the place of what this one leaves, not beside each other.
      const half = batch * tokens * 2 * width;
      const old = signal(2 * half + 8, 4, 2);
      const [qkv, seen] = [await harness.input('qkv', data), await harness.input('seen', cells)];
      const kept = await harness.inout('kept', old);
      const y = await harness.output('y', batch * tokens * width);
      const args = { batch, tokens, heads, look: true, before: half + 8, after: 4 };
      return {
        record: () => [kernel.call({ qkv, seen, kept, y }, args, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: batch * tokens * width,
            type: 'f32',
            // Scores have rounding 6e-8·dim·4/√dim; they enter through exp, on values up to 2.
            tolerance: 1e-6 * (4 + Math.sqrt(dim)),
            expected: () => whole(reference(data, old.subarray(half + 8), cells, { batch, tokens, heads, dim })),
          },
          {
            name: 'kept',
            buffer: kept,
            at: 0,
            count: old.length,
            type: 'f32',
            tolerance: 0, // taken over, number by number; the rest must stay
            expected() {
              const all = Float64Array.from(old);
              all.set(keysAndValues(data, width), 4);
              return whole(all);
            },
          },
        ],
      };
    });
  },
};
