/** attention_prefill and attention_decode: inputs, work and reference of causal attention over a KV cache. */
import { causalAttention } from '../../math/reference/causalAttention.ts';
import { packRows, type Row } from './caches.ts';
import { places, signal } from './inputs.ts';
import { type Harness, MOST_MACS } from './harness.ts';
import type { Output, Work } from './types.ts';

export interface Causal {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly context: number;
  readonly window: number;
  readonly qRow: number;
}

/** First position that a row sees. */
export const firstSeen = (position: number, window: number) => (window > 0 ? Math.max(0, position + 1 - window) : 0);
const slotsOf = (rows: readonly Row[]) => 1 + Math.max(...rows.map((r) => r.slot));

export function causalWork(
  rows: readonly Row[],
  { heads, kvHeads, headDim, window }: Omit<Causal, 'qRow' | 'context'>,
): Work {
  const pairs = rows.reduce((n, r) => n + r.position + 1 - firstSeen(r.position, window), 0);
  const seen = new Map<number, { low: number; high: number }>();
  for (const { slot, position } of rows) {
    const s = seen.get(slot) ?? { low: Infinity, high: 0 };
    seen.set(slot, { low: Math.min(s.low, firstSeen(position, window)), high: Math.max(s.high, position + 1) });
  }
  const cached = [...seen.values()].reduce((n, s) => n + s.high - s.low, 0);
  // Two products of 2·d for each pair and head, and scale, largest, subtract, exp and sum of its score.
  return {
    flops: heads * pairs * (4 * headDim + 5),
    bytes: 4 * headDim * (2 * rows.length * heads + 2 * cached * kvHeads) + 16 * rows.length,
  };
}

/** Buffers for rows over caches that hold NaN wherever no row may look, and the output y. */
export async function causalInputs(harness: Harness, rows: readonly Row[], shape: Causal) {
  const { heads, kvHeads, headDim, context, qRow } = shape;
  const count = slotsOf(rows);
  const stride = kvHeads * headDim;
  const high = new Uint32Array(count);
  for (const { slot, position } of rows) high[slot] = Math.max(high[slot]!, position + 1);
  const cache = (seed: number, gain: number) => {
    const data = signal(count * context * stride, seed, gain);
    high.forEach((end, slot) => data.fill(NaN, (slot * context + end) * stride, (slot + 1) * context * stride));
    return data;
  };
  const data = { q: signal(rows.length * qRow, 3, 2), keys: cache(4, 2), values: cache(5, 1) };
  const buffers = {
    rows: await harness.input('rows', packRows(rows)),
    q: await harness.input('q', data.q),
    keys: await harness.input('keys', data.keys),
    values: await harness.input('values', data.values),
    y: await harness.output('y', rows.length * heads * headDim),
  };
  const output: Output = {
    name: 'y',
    buffer: buffers.y,
    at: 0,
    count: rows.length * heads * headDim,
    type: 'f32',
    // Scores have rounding 6e-8·headDim·4/√headDim; they enter through exp, on values up to 1.
    tolerance: 1e-6 * (4 + Math.sqrt(headDim)),
    expected() {
      const width = heads * headDim;
      const every = causalWork(rows, shape).flops / 2 <= MOST_MACS;
      const some = every ? rows.map((_, r) => r) : places(rows.length, 4);
      const indices = new Uint32Array(some.length * width);
      const values = new Float64Array(some.length * width);
      some.forEach((r, n) => {
        values.set(
          causalAttention([rows[r]!], data.q.subarray(r * qRow), data.keys, data.values, {
            ...shape,
            window: shape.window || null,
          }),
          n * width,
        );
        for (let i = 0; i < width; i++) indices[n * width + i] = r * width + i;
      });
      return { indices, values };
    },
  };
  return { buffers, output };
}
