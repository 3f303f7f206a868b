import { createWideAttention } from '../attention/wideAttention.ts';
import { expectedRows } from './crossAttention.ts';
import { assemble, checkShape, onlyVersion } from './harness.ts';
import { signal } from './inputs.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'samples', label: 'samples', min: 1, max: 64 },
  { name: 'kvSamples', label: 'samples of keys and values', min: 1, max: 64 },
  { name: 'heads', label: 'heads', min: 1, max: 64 },
  { name: 'queries', label: 'queries a sample', min: 1, max: 4096 },
  { name: 'keys', label: 'keys a sample', min: 1, max: 4096 },
  { name: 'dim', label: 'head dimension', min: 1, max: 512 },
  { name: 'block', label: 'queries whose scores are kept at once', min: 1, max: 4096 },
];
const of = (samples: number, heads: number, queries: number, keys: number, dim: number, more: Shape = {}): Shape => ({
  samples,
  kvSamples: samples,
  heads,
  queries,
  keys,
  dim,
  block: 256,
  ...more,
});
const sizes = (s: Shape) => ({
  samples: s.samples!,
  kvSamples: s.kvSamples!,
  heads: s.heads!,
  queries: s.queries!,
  keys: s.keys!,
  dim: s.dim!,
  block: s.block!,
});
/** Numbers that a product of matrices loads and stores, in tiles of 64×64. */
const product = (m: number, n: number, k: number) => k * (m * Math.ceil(n / 64) + n * Math.ceil(m / 64)) + m * n;

export const wideAttention: Family = {
  id: 'wide_attention',
  group: 'attention',
  dims,
  title: 'Attention of wide heads',
  summary:
    'softmax(q·kᵀ/√d)·v as two products of matrices, with the scores of a block of queries between. For heads of 256 and 512 of autoencoders and pixel U-Nets, and on software adapters from 72 on.',
  versions: onlyVersion('the device’s products of matrices and its softmax'),
  shapes: [
    { label: 'VAE at 256², one head of 512', shape: of(1, 1, 1024, 1024, 512) },
    { label: 'DDPM, 16², one head of 256', shape: of(1, 1, 256, 256, 256) },
    { label: 'DiT-XL/2 at 256²', shape: of(1, 16, 256, 256, 72) },
    { label: 'VAE at 512², one head of 512', shape: of(1, 1, 4096, 4096, 512) },
  ],
  edges: [
    of(1, 1, 1, 1, 4, { block: 1 }),
    of(2, 3, 7, 11, 6, { block: 3 }),
    of(1, 1, 63, 63, 256, { block: 64 }),
    of(1, 1, 64, 64, 256, { block: 64 }),
    of(1, 1, 65, 65, 256, { block: 64 }),
    of(4, 2, 33, 9, 40, { kvSamples: 2, block: 8 }),
    of(1, 1, 5, 77, 512),
  ],
  // Two products of 2·d for each pair, and scale, largest, subtract, exp and sum of each score.
  work(s) {
    const { samples, kvSamples, heads, queries, keys, dim } = sizes(s);
    return {
      flops: samples * heads * queries * keys * (4 * dim + 5),
      bytes: 4 * heads * dim * 2 * (samples * queries + kvSamples * keys),
    };
  },
  moves(_, s) {
    const { samples, heads, queries, keys, dim, block } = sizes(s);
    const m = Math.min(block, queries);
    // The softmax reads scores twice and writes them.
    const each = product(m, keys, dim) + 3 * m * keys + product(m, dim, keys);
    return 4 * samples * heads * Math.ceil(queries / m) * each;
  },
  prepare(ctx, slots, _, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('wide_attention', dims, s);
      const { dim, ...o } = sizes(s);
      const width = o.heads * dim;
      const attention = await createWideAttention(ctx);
      const args = { ...o, headDim: dim };
      // Keys and values beside each other, as one product of matrices makes them.
      const rows = { k: { at: 0, row: 2 * width }, v: { at: width, row: 2 * width } };
      const dataQ = signal(o.samples * o.queries * width, 3, 2);
      const dataKv = signal(o.kvSamples * o.keys * 2 * width, 4, 2);
      const q = await harness.input('q', dataQ);
      const kv = await harness.input('kv', dataKv);
      const count = o.samples * o.queries * width;
      const y = await harness.output('y', count);
      const scratch = await harness.output('scores', attention.scratchBytes(args) / 4);
      return {
        record: () => attention.calls({ q, k: kv, v: kv, y, scratch }, { ...args, ...rows }, slots),
        outputs: [
          {
            name: 'y',
            buffer: y,
            at: 0,
            count,
            type: 'f32',
            // Scores have rounding 6e-8·dim·4/√dim; they enter through exp, on values up to 2.
            tolerance: 1e-6 * (4 + Math.sqrt(dim)),
            expected: () => expectedRows(dataQ, dataKv, { ...o, dim, ...rows }),
          },
        ],
      };
    });
  },
};
