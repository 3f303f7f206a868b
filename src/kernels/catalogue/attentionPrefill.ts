import { type AttentionPrefillVersion, createAttentionPrefillVersion } from '../attention/attentionPrefill.ts';
import type { Row } from './caches.ts';
import { causalInputs, causalWork, firstSeen } from './causalAttention.ts';
import { assemble, checkShape, versionsOf } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [
  { name: 'rows', label: 'new tokens', min: 1, max: 4096 },
  { name: 'past', label: 'tokens before', min: 0, max: 16_384 },
  { name: 'slots', label: 'texts', min: 1, max: 64 },
  { name: 'heads', label: 'heads', min: 1, max: 64 },
  { name: 'kvHeads', label: 'key heads', min: 1, max: 64 },
  { name: 'headDim', label: 'head dimension', min: 4, max: 256, multiple: 4 },
  { name: 'window', label: 'window; 0: none', min: 0, max: 16_384 },
  { name: 'pad', label: 'elements between rows of q', min: 0, max: 4096, multiple: 4 },
];
const of = (rows: number, heads: number, kvHeads: number, headDim: number, more: Shape = {}): Shape => ({
  rows,
  past: 0,
  slots: 1,
  heads,
  kvHeads,
  headDim,
  window: 0,
  pad: 0,
  ...more,
});

/** As many rows for each text, one text after another. */
function rowsOf({ rows, slots, past }: Shape): Row[] {
  const each = Math.ceil(rows! / slots!);
  return Array.from({ length: rows! }, (_, r) => ({ slot: Math.floor(r / each), position: past! + (r % each) }));
}

/**
 * Σ over groups of `size` queries of one key head, and over the texts in a group, of the span of keys that it walks, in
 * steps of `step`.
 */
function spans(s: Shape, size: number, step: number): number {
  const rows = rowsOf(s);
  const group = s.heads! / s.kvHeads!;
  const queries = rows.length * group;
  let sum = 0;
  for (let first = 0; first < queries; first += size) {
    const seen = new Map<number, [low: number, high: number]>();
    for (let r = Math.floor(first / group); r <= Math.floor((Math.min(queries, first + size) - 1) / group); r++) {
      const { slot, position } = rows[r]!;
      const [low, high] = seen.get(slot) ?? [Infinity, 0];
      seen.set(slot, [Math.min(low, firstSeen(position, s.window!)), Math.max(high, position + 1)]);
    }
    for (const [low, high] of seen.values()) sum += Math.ceil((high - low) / step) * step;
  }
  return sum * s.kvHeads!;
}

/** Vectors of a head that are loaded and stored: q, keys, values and results. */
const vectors: Readonly<Record<string, (s: Shape) => number>> = {
  // q and key twice for each pair, the value once; the result.
  '1.naive': (s) =>
    s.heads! * (rowsOf(s).reduce((n, r) => n + 5 * (r.position + 1 - firstSeen(r.position, s.window!)), 0) + s.rows!),
  // Keys and values once for each 64 queries, q and the result once.
  '2.flash': (s) =>
    2 * spans(s, 64, 1) + 64 * Math.ceil((s.rows! * s.heads!) / s.kvHeads! / 64) * s.kvHeads! + s.rows! * s.heads!,
  // For each 4 queries and 8 keys: keys and values, 4 of q, 4 sums read and written; sums cleared, scaled.
  '3.registers': (s) => spans(s, 4, 8) * (2 + 4 / 8 + 8 / 8) + 3 * s.rows! * s.heads!,
  // As that with 8 queries, and 8 or 16 keys.
  '4.blocks': (s) => spans(s, 8, 8) * (2 + 8 / 8 + 16 / 8) + 3 * s.rows! * s.heads!,
  '5.blocks16': (s) => spans(s, 8, 16) * (2 + 8 / 16 + 16 / 16) + 3 * s.rows! * s.heads!,
  // Keys and values once for each 8 queries, q for each 32 keys (16 where a subgroup is of four), and the result.
  '6.subgroup': (s) => spans(s, 8, 32) * (2 + 8 / 32) + s.rows! * s.heads!,
};

export const attentionPrefill: Family = {
  id: 'attention_prefill',
  group: 'attention',
  tunes: 'attention_prefill',
  dims,
  title: 'Causal attention, many rows',
  summary:
    'softmax(q·kᵀ/√d)·v over a KV cache, each token seeing what came before it; several texts at once, grouped heads, windows. While a language model reads a prompt.',
  versions: versionsOf('attention_prefill'),
  shapes: [
    { label: 'sotu, 256 tokens', shape: of(256, 6, 2, 32) },
    { label: 'GPT-2, 256 tokens', shape: of(256, 12, 12, 64) },
    { label: 'GPT-2, 1024 tokens', shape: of(1024, 12, 12, 64) },
    { label: 'sotu, 64 tokens after 400', shape: of(64, 6, 2, 32, { past: 400 }) },
    { label: '8 texts of 32 tokens', shape: of(256, 4, 2, 32, { slots: 8 }) },
    { label: '512 tokens, window 128', shape: of(512, 8, 8, 64, { window: 128 }) },
  ],
  edges: [
    of(1, 1, 1, 32),
    of(15, 2, 2, 32),
    of(16, 2, 1, 32, { past: 9 }),
    of(17, 6, 2, 32),
    of(63, 1, 1, 32),
    of(65, 2, 2, 32),
    of(33, 4, 1, 32, { past: 3, window: 8, pad: 8 }),
    of(23, 3, 3, 32, { slots: 4 }),
    of(9, 2, 1, 4),
    of(21, 2, 1, 64),
    of(5, 1, 1, 80),
  ],
  work: (s) => causalWork(rowsOf(s), { heads: s.heads!, kvHeads: s.kvHeads!, headDim: s.headDim!, window: s.window! }),
  moves: (version, s) => 4 * s.headDim! * (vectors[version]?.(s) ?? NaN),
  prepare(ctx, slots, version, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('attention_prefill', dims, s);
      const heads = s.heads!;
      const headDim = s.headDim!;
      const rows = rowsOf(s);
      const shape = {
        heads,
        kvHeads: s.kvHeads!,
        headDim,
        context: s.past! + s.rows! + 2,
        window: s.window!,
        qRow: heads * headDim + s.pad!,
      };
      const kernel = await createAttentionPrefillVersion(ctx, version as AttentionPrefillVersion, { headDim });
      const { buffers, output } = await causalInputs(harness, rows, shape);
      return {
        record: () => [kernel.call(buffers, { ...shape, rows: rows.length, window: s.window! || null }, slots)],
        outputs: [output],
      };
    });
  },
};
