/** What the kernels over a KV cache share: rows of a pass, frequencies, and the reference of what is appended. */
import { append } from '../../math/reference/rope.ts';
import type { HeadShape } from '../linear/qkvAppend.ts';
import { signal } from './inputs.ts';
import { type Harness, whole } from './harness.ts';
import type { Dim, Expected, Output, Shape } from './types.ts';

export interface Row {
  readonly slot: number;
  readonly position: number;
}
/** The `rows` buffer. */
export const packRows = (rows: readonly Row[]) =>
  Uint32Array.from(rows.flatMap(({ slot, position }, r) => [1000 + r, slot, position, 0]));

export const headDims: readonly Dim[] = [
  { name: 'heads', label: 'heads', min: 1, max: 128 },
  { name: 'kvHeads', label: 'key heads', min: 1, max: 128 },
  { name: 'headDim', label: 'head dimension', min: 4, max: 256, multiple: 4 },
  { name: 'context', label: 'positions of the cache', min: 4, max: 65_536 },
];
export const headShape = (s: Shape): HeadShape => ({
  heads: s.heads!,
  kvHeads: s.kvHeads!,
  headDim: s.headDim!,
  context: s.context!,
});
/** Numbers in a row of q|k|v. */
export const qkvWidth = ({ heads, kvHeads, headDim }: HeadShape) => (heads + 2 * kvHeads) * headDim;

/** Radians per token, as Llama's with θ = 10,000. */
export const frequencies = (headDim: number) =>
  Array.from({ length: headDim / 2 }, (_, j) => 10_000 ** ((-2 * j) / headDim));

/** From the last position of slot 0 backwards, then of slot 1, and so on: no two rows meet. */
export const backwards = (count: number, context: number): Row[] =>
  Array.from({ length: count }, (_, r) => ({ slot: Math.floor(r / context), position: context - 1 - (r % context) }));

/** Buffers q, keys and values, and what an append must leave in them: `product` are the q|k|v rows in float64. */
export async function appended(
  harness: Harness,
  shape: HeadShape,
  rows: readonly Row[],
  inverse: readonly number[],
  tolerance: number,
  product: () => Float64Array,
) {
  const { heads, kvHeads, headDim, context } = shape;
  const slots = 1 + Math.max(...rows.map((r) => r.slot));
  const old = signal(slots * context * kvHeads * headDim, 11);
  const count = { q: rows.length * heads * headDim, keys: old.length, values: old.length };
  const buffers = {
    q: await harness.output('q', count.q),
    keys: await harness.inout('keys', old),
    values: await harness.inout('values', old),
  };
  let known: { q: Expected; keys: Expected; values: Expected } | undefined;
  const references = () => {
    if (!known) {
      const keys = Float64Array.from(old);
      const values = Float64Array.from(old);
      const q = append(product(), keys, values, { ...shape, rows, inverse });
      known = { q: whole(q), keys: whole(keys), values: whole(values) };
    }
    return known;
  };
  const outputs = (['q', 'keys', 'values'] as const).map((name): Output => ({
    name,
    buffer: buffers[name],
    at: 0,
    count: count[name],
    type: 'f32',
    tolerance,
    expected: () => references()[name],
  }));
  return { buffers, outputs };
}
