import { attentionRow } from '../../math/reference/attention.ts';
import { type AttentionVersion, createAttentionVersion } from '../attention/attention.ts';
import { places, signal } from './inputs.ts';
import { assemble, checkShape, MOST_MACS, versionsOf } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'batch', label: 'batch', min: 1, max: 256 },
  { name: 'heads', label: 'heads', min: 1, max: 64 },
  { name: 'tokens', label: 'tokens', min: 1, max: 4096 },
  { name: 'dim', label: 'head dimension', min: 4, max: 128, multiple: 4 },
];
const shape = (batch: number, heads: number, tokens: number, dim: number): Shape => ({ batch, heads, tokens, dim });
const sizes = (s: Shape) => ({ batch: s.batch!, heads: s.heads!, tokens: s.tokens!, dim: s.dim! });

/** Vectors of a head (q, key or value, or a result) that one head of one sample loads and stores. */
const vectors: Readonly<Record<string, (tokens: number) => number>> = {
  '1.naive': (t) => t * (2 * (1 + 1) * t + t) + t, // q and key twice for each pair, the value once
  '2.flash': (t) => 64 * Math.ceil(t / 64) + 2 * t * Math.ceil(t / 64) + t, // q once, keys and values once for each 64 queries
  // For each 8 queries and so many keys: q, keys, values, 8 sums read and written; sums cleared, scaled.
  '4.blocks': (t) => Math.ceil(t / 8) * (Math.ceil(t / 8) * (8 + 8 + 8 + 16) + 24),
  '5.blocks16': (t) => Math.ceil(t / 8) * (Math.ceil(t / 16) * (8 + 16 + 16 + 16) + 24),
  '6.subgroup': (t) => Math.ceil(t / 8) * (2 * t + 8 * Math.ceil(t / 32) + 8), // for each 8 queries: keys and values once, q for each 32 keys, and a result
};

export const attention: Family = {
  id: 'attention',
  group: 'attention',
  tunes: 'attention',
  dims,
  title: 'Attention',
  summary:
    'softmax(q·kᵀ/√d)·v of every head over all tokens, without a mask, from packed q | k | v. In the diffusion transformers.',
  versions: versionsOf('attention'),
  shapes: [
    { label: '[1, 8, 256, 64]', shape: shape(1, 8, 256, 64) },
    { label: '[1, 12, 1024, 64]', shape: shape(1, 12, 1024, 64) },
    { label: '[1, 8, 256, 32]', shape: shape(1, 8, 256, 32) },
    { label: 'digits, 16 images', shape: shape(16, 3, 49, 32) },
    { label: 'avatars, 16 images', shape: shape(16, 4, 64, 32) },
  ],
  edges: [
    shape(1, 1, 1, 32),
    shape(2, 3, 1, 32),
    shape(2, 2, 15, 32),
    shape(1, 3, 16, 32),
    shape(1, 1, 17, 32),
    shape(2, 1, 63, 32),
    shape(1, 2, 64, 32),
    shape(2, 1, 65, 32),
    shape(1, 2, 9, 8),
    shape(1, 1, 33, 64),
  ],
  // Two products of 2·t²·d, and scale, largest, subtract, exp and sum of each score.
  work(s) {
    const { batch, heads, tokens, dim } = sizes(s);
    return { flops: batch * heads * tokens * tokens * (4 * dim + 5), bytes: 4 * batch * tokens * heads * dim * 4 };
  },
  moves(version, s) {
    const { batch, heads, tokens, dim } = sizes(s);
    return batch * heads * 4 * dim * (vectors[version]?.(tokens) ?? NaN);
  },
  prepare(ctx, slots, version, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('attention', dims, s);
      const { batch, heads, tokens, dim } = sizes(s);
      const width = heads * dim;
      const kernel = await createAttentionVersion(ctx, version as AttentionVersion, dim);
      const data = signal(batch * tokens * 3 * width, 3, 2);
      const qkv = await harness.input('qkv', data);
      const y = await harness.output('y', batch * tokens * width);
      return {
        record: () => [kernel.call({ qkv, y }, { batch, tokens, heads }, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count: batch * tokens * width,
            type: 'f32',
            // Scores have rounding 6e-8·dim·4/√dim; they enter through exp, on values up to 2.
            tolerance: 1e-6 * (4 + Math.sqrt(dim)),
            expected() {
              const queries = batch * heads * tokens;
              const every = 2 * queries * tokens * dim <= MOST_MACS;
              const some = every ? Array.from({ length: queries }, (_, i) => i) : places(queries, 40);
              const indices = new Uint32Array(some.length * dim);
              const values = new Float64Array(some.length * dim);
              some.forEach((i, n) => {
                const token = Math.floor(i / heads);
                const head = i % heads; // so, the elements ascend
                values.set(
                  attentionRow(data, { tokens, heads, dim }, Math.floor(token / tokens), head, token % tokens),
                  n * dim,
                );
                for (let d = 0; d < dim; d++) indices[n * dim + d] = i * dim + d;
              });
              return { indices, values };
            },
          },
        ],
      };
    });
  },
};
