import { crossAttentionRow, type CrossRef } from '../../math/reference/crossAttention.ts';
import { type CrossAttentionVersion, createCrossAttentionVersion } from '../attention/crossAttention.ts';
import { places, signal } from './inputs.ts';
import { assemble, checkShape, MOST_MACS, versionsOf } from './harness.ts';
import type { Dim, Expected, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'samples', min: 1, max: 64 },
  { name: 'kvSamples', label: 'samples of keys and values', min: 1, max: 64 },
  { name: 'heads', label: 'heads', min: 1, max: 64 },
  { name: 'queries', label: 'queries a sample', min: 1, max: 4096 },
  { name: 'keys', label: 'keys a sample', min: 1, max: 4096 },
  { name: 'dim', label: 'head dimension', min: 1, max: 512 },
  { name: 'causal', label: '1: query i sees keys 0 … i', min: 0, max: 1 },
];
const of = (samples: number, heads: number, queries: number, keys: number, dim: number, more: Shape = {}): Shape => ({
  samples,
  kvSamples: samples,
  heads,
  queries,
  keys,
  dim,
  causal: 0,
  ...more,
});
const sizes = (s: Shape) => ({
  samples: s.samples!,
  kvSamples: s.kvSamples!,
  heads: s.heads!,
  queries: s.queries!,
  keys: s.keys!,
  dim: s.dim!,
  causal: s.causal === 1,
});
/** Pairs of a query and a key that it sees. */
function pairsOf({ queries, keys, causal }: ReturnType<typeof sizes>): number {
  if (!causal) return queries * keys;
  const growing = Math.min(queries, keys);
  return (growing * (growing + 1)) / 2 + (queries - growing) * keys;
}

/** Numbers that a head of a sample loads and stores, in units of its dimension; tiles taken as whole, all keys seen. */
const heads: Readonly<Record<string, (queries: number, keys: number) => number>> = {
  // q and key twice for each pair, the value, the sum read and written; the result cleared, divided.
  '1.naive': (q, k) => q * (7 * k + 3),
  // For each 8 queries: keys and values once, q for each 32 keys, and a result.
  '2.subgroup': (q, k) => Math.ceil(q / 8) * (2 * k + 8 * Math.ceil(k / 32) + 8),
  // For each 32 queries: q, keys and values for each 32 keys, and a result.
  '3.flash': (q, k) => Math.ceil(q / 32) * (96 * Math.ceil(k / 32) + 32),
};

export const crossAttention: Family = {
  id: 'cross_attention',
  group: 'attention',
  tunes: 'cross_attention',
  dims,
  title: 'Attention on other tokens',
  summary:
    'softmax(q·kᵀ/√d)·v of every head, keys and values of tokens of their own: a picture’s on a prompt’s, or its own. In U-Nets, CLIP and DiT.',
  versions: versionsOf('cross_attention'),
  shapes: [
    { label: 'SD 1.5 at 256², 16², own tokens', shape: of(1, 8, 256, 256, 80) },
    { label: 'SD 1.5 at 256², 16², prompt', shape: of(1, 8, 256, 77, 80) },
    { label: 'SD 1.5 at 256², 32², own tokens', shape: of(1, 8, 1024, 1024, 40) },
    { label: 'SD 1.5 at 256², 8², own tokens', shape: of(1, 8, 64, 64, 160) },
    { label: 'CLIP-L, 77 tokens', shape: of(1, 12, 77, 77, 64, { causal: 1 }) },
    { label: 'DiT-XL/2 at 256²', shape: of(1, 16, 256, 256, 72) },
  ],
  edges: [
    of(1, 1, 1, 1, 4),
    of(2, 3, 7, 11, 6),
    of(2, 2, 8, 31, 8),
    of(1, 2, 9, 32, 12),
    of(4, 1, 33, 33, 8, { kvSamples: 2 }),
    of(1, 2, 31, 77, 8, { kvSamples: 1 }),
    of(2, 2, 77, 77, 8, { causal: 1 }),
    of(1, 1, 20, 9, 12, { causal: 1 }),
    of(1, 1, 5, 5, 40),
  ],
  // Two products of 2·d for each pair, and scale, largest, subtract, exp and sum of each score.
  work(s) {
    const o = sizes(s);
    const width = o.heads * o.dim;
    return {
      flops: o.samples * o.heads * pairsOf(o) * (4 * o.dim + 5),
      bytes:
        4 * width * (2 * o.samples * o.queries + 2 * o.kvSamples * Math.min(o.keys, o.causal ? o.queries : o.keys)),
    };
  },
  moves(version, s) {
    const o = sizes(s);
    return 4 * o.samples * o.heads * o.dim * (heads[version]?.(o.queries, o.keys) ?? NaN);
  },
  prepare(ctx, slots, version, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('cross_attention', dims, s);
      const o = sizes(s);
      const width = o.heads * o.dim;
      const kernel = await createCrossAttentionVersion(ctx, version as CrossAttentionVersion, o.dim);
      // Keys and values beside each other, as one product of matrices makes them.
      const rows = { k: { at: 0, row: 2 * width }, v: { at: width, row: 2 * width } };
      const dataQ = signal(o.samples * o.queries * width, 3, 2);
      const dataKv = signal(o.kvSamples * o.keys * 2 * width, 4, 2);
      const q = await harness.input('q', dataQ);
      const kv = await harness.input('kv', dataKv);
      const count = o.samples * o.queries * width;
      const y = await harness.output('y', count);
      return {
        record: () => [kernel.call({ q, k: kv, v: kv, y }, { ...o, ...rows }, slots)],
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count,
            type: 'f32',
            // Scores have rounding 6e-8·dim·4/√dim; they enter through exp, on values up to 2.
            tolerance: 1e-6 * (4 + Math.sqrt(o.dim)),
            expected: () => expectedRows(dataQ, dataKv, { ...o, ...rows }),
          },
        ],
      };
    });
  },
};

/** Heads of queries in float64, y dense: all of them where that is cheap, else a spread. */
export function expectedRows(q: Float32Array, kv: Float32Array, o: CrossRef): Expected {
  const queries = o.samples * o.heads * o.queries;
  const every = 2 * queries * o.keys * o.dim <= MOST_MACS;
  const some = every ? Array.from({ length: queries }, (_, i) => i) : places(queries, 40);
  const indices = new Uint32Array(some.length * o.dim);
  const values = new Float64Array(some.length * o.dim);
  some.forEach((i, n) => {
    const token = Math.floor(i / o.heads);
    const sample = Math.floor(token / o.queries);
    const row = crossAttentionRow(q, kv, kv, o, sample, i % o.heads, token % o.queries);
    values.set(row, n * o.dim);
    for (let d = 0; d < o.dim; d++) indices[n * o.dim + d] = i * o.dim + d;
  });
  return { indices, values };
}
