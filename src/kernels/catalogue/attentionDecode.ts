import {
  type AttentionDecodeVersion,
  createAttentionDecodeVersion,
  decodePartialBytes,
} from '../attention/attentionDecode.ts';
import type { Row } from './caches.ts';
import { causalInputs, causalWork } from './causalAttention.ts';
import { assemble, checkShape, versionsOf } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'rows', min: 1, max: 64 },
  { name: 'keys', label: 'keys of the longest row', min: 1, max: 16_384 },
  { name: 'heads', label: 'heads', min: 1, max: 64 },
  { name: 'kvHeads', label: 'key heads', min: 1, max: 64 },
  { name: 'headDim', label: 'head dimension', min: 4, max: 256, multiple: 4 },
  { name: 'splits', label: 'runs of keys', min: 1, max: 64 },
  { name: 'window', label: 'window; 0: none', min: 0, max: 16_384 },
];
const of = (
  rows: number,
  keys: number,
  heads: number,
  kvHeads: number,
  headDim: number,
  splits: number,
  window = 0,
): Shape => ({ rows, keys, heads, kvHeads, headDim, splits, window });

/** A text for each row, each a little shorter than the one before. */
const rowsOf = ({ rows, keys }: Shape): Row[] =>
  Array.from({ length: rows! }, (_, r) => ({ slot: r, position: Math.max(0, keys! - 1 - 3 * r) }));
const causal = (s: Shape) => ({ heads: s.heads!, kvHeads: s.kvHeads!, headDim: s.headDim!, window: s.window! });

/** Vectors of a head that a run of `keys` loads, and stores as its sum. */
const vectors: Readonly<Record<string, (keys: number) => number>> = {
  '1.workgroup': (keys) => 2 * keys + 1 + 1, // keys and values, q
  '2.lanes': (keys) => Math.ceil(keys / 8) * (16 + 1 + 2) + 1, // for each 8 keys: they and their values, q, the sum read and written; the sum cleared
};

export const attentionDecode: Family = {
  id: 'attention_decode',
  group: 'attention',
  tunes: 'attention_decode',
  dims,
  title: 'Causal attention, few rows',
  summary:
    'One query a text over its whole KV cache, the keys cut into runs that are joined by a second dispatch. While a language model writes token by token.',
  versions: versionsOf('attention_decode'),
  shapes: [
    { label: 'GPT-2, 1024 keys', shape: of(1, 1024, 12, 12, 64, 11) },
    { label: 'sotu, 512 keys', shape: of(1, 512, 6, 2, 32, 16) },
    { label: 'sotu, 4 branches, 256 keys', shape: of(4, 256, 6, 2, 32, 5) },
    { label: 'countdown, 8 branches, 128 keys', shape: of(8, 128, 4, 2, 32, 4) },
    { label: '4096 keys, 8 heads of 128', shape: of(1, 4096, 8, 8, 128, 16) },
    { label: 'GPT-2, 1024 keys in one run', shape: of(1, 1024, 12, 12, 64, 1) },
  ],
  edges: [
    of(1, 1, 1, 1, 4, 1),
    of(1, 3, 2, 2, 32, 2),
    of(1, 127, 2, 1, 32, 1),
    of(2, 128, 2, 2, 32, 3),
    of(1, 129, 6, 2, 32, 17),
    of(5, 300, 6, 2, 32, 4),
    of(3, 260, 4, 1, 32, 2, 100),
    of(1, 33, 2, 1, 80, 1),
    of(1, 65, 1, 1, 256, 3),
  ],
  work: (s) => causalWork(rowsOf(s), causal(s)),
  // Each head of each row walks all its keys, split or not; partial sums are written, and read by the second dispatch
  // with their statistics once a vector.
  moves(version, s) {
    const { rows, heads, headDim, splits, window } = s;
    const d4 = headDim! / 4;
    const own = rowsOf(s).reduce(
      (n, { position }) =>
        n +
        splits! *
          (vectors[version]?.(Math.ceil((window! > 0 ? Math.min(window!, position + 1) : position + 1) / splits!)) ??
            NaN),
      0,
    );
    return 4 * headDim! * heads! * own + (splits === 1 ? 0 : 16 * rows! * heads! * (splits! * (1 + 2 * d4) + d4));
  },
  prepare(ctx, slots, version, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('attention_decode', dims, s);
      const rows = rowsOf(s);
      const heads = s.heads!;
      const headDim = s.headDim!;
      const splits = s.splits!;
      const shape = { ...causal(s), context: s.keys! + 2, qRow: heads * headDim };
      const kernel = await createAttentionDecodeVersion(ctx, version as AttentionDecodeVersion, { headDim });
      const { buffers, output } = await causalInputs(harness, rows, shape);
      const partial = await harness.output('partial', decodePartialBytes(rows.length, heads, splits, headDim) / 4);
      return {
        record: () =>
          kernel.call(
            { ...buffers, partial },
            { ...shape, rows: rows.length, window: s.window! || null, splits },
            slots,
          ),
        outputs: [output],
      };
    });
  },
};
