import { createRopeAppend, type RopeAppendVersion } from '../linear/ropeAppend.ts';
import { appended, backwards, frequencies, headDims, headShape, packRows, qkvWidth } from './caches.ts';
import { signal } from './inputs.ts';
import { assemble, checkShape, versionsOf } from './harness.ts';
import type { Dim, Family, Shape } from './types.ts';

const dims: readonly Dim[] = [{ name: 'rows', label: 'tokens', min: 1, max: 16_384 }, ...headDims];
const of = (rows: number, heads: number, kvHeads: number, headDim: number, context: number): Shape => ({
  rows,
  heads,
  kvHeads,
  headDim,
  context,
});

/** Invocations a head, each of which reads its row's position. */
const parts: Readonly<Record<string, (headDim: number) => number>> = {
  '1.pairs': (headDim) => headDim / 4,
  '2.heads': () => 1,
};

export const ropeAppend: Family = {
  id: 'rope_append',
  group: 'attention',
  tunes: 'rope_append',
  dims,
  title: 'Rotary positions, into the cache',
  summary:
    'Rotates q and k of q|k|v rows by their positions and puts k and v into the KV cache. After the matrix product that reads a prompt.',
  versions: versionsOf('rope_append'),
  shapes: [
    { label: 'sotu, 256 tokens', shape: of(256, 6, 2, 32, 512) },
    { label: 'countdown, 64 tokens', shape: of(64, 4, 2, 32, 256) },
    { label: 'GPT-2 width, 128 tokens', shape: of(128, 12, 12, 64, 1024) },
    { label: '1024 tokens, 16 heads of 128 on 4', shape: of(1024, 16, 4, 128, 1024) },
  ],
  edges: [
    of(1, 1, 1, 4, 4),
    of(7, 2, 1, 4, 5),
    of(8, 2, 1, 8, 8),
    of(9, 2, 2, 8, 4),
    of(31, 1, 1, 16, 40),
    of(37, 6, 2, 16, 40),
    of(65, 3, 3, 32, 33),
  ],
  work(s) {
    const shape = headShape(s);
    return {
      flops: s.rows! * 3 * (shape.heads + shape.kvHeads) * shape.headDim,
      bytes: s.rows! * (8 * qkvWidth(shape) + 16),
    };
  },
  // A load and a store for each number, and the position for each invocation.
  moves(version, s) {
    const shape = headShape(s);
    return (
      s.rows! *
      (8 * qkvWidth(shape) + 16 * (shape.heads + 2 * shape.kvHeads) * (parts[version]?.(shape.headDim) ?? NaN))
    );
  },
  prepare(ctx, slots, version, s) {
    return assemble(ctx, slots, async (harness) => {
      checkShape('rope_append', dims, s);
      const shape = headShape(s);
      const inverse = frequencies(shape.headDim);
      const list = backwards(s.rows!, shape.context);
      const kernel = await createRopeAppend(ctx, {
        shape,
        version: version as RopeAppendVersion,
        inverseFrequencies: inverse,
      });
      const data = signal(s.rows! * qkvWidth(shape), 13);
      const qkv = await harness.input('qkv', data);
      const rows = await harness.input('rows', packRows(list));
      // The rotation: 2^-24 of a turn and 1e-7 of the polynomials, of numbers up to 1.
      const { buffers, outputs } = await appended(harness, shape, list, inverse, 2e-6, () => Float64Array.from(data));
      return { record: () => [kernel.call({ qkv, rows, ...buffers }, { rows: s.rows! }, slots)], outputs };
    });
  },
};
