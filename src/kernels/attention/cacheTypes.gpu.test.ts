import { describe, expect, test } from 'vitest';
import { CACHE_BLOCK, cacheFormats, cacheSizes, type CacheTypes, isBlockCache } from '../../core/cacheFormat.ts';
import { full, reduced } from '../../core/testing.ts';
import { cacheWords, fromCacheWords, quantiseBlock } from '../../formats/cacheBlocks.ts';
import { halfValue } from '../../formats/half.ts';
import { readFloats } from '../../gpu/readback.ts';
import { compare, nodeContext, nodeSlots, run, upload, wave } from '../../gpu/testing.ts';
import { causalAttention } from '../../math/reference/causalAttention.ts';
import { append } from '../../math/reference/rope.ts';
import { choose } from '../choose.ts';
import { createQkvAppend } from '../linear/qkvAppend.ts';
import { createRopeAppend, versions as appendVersions } from '../linear/ropeAppend.ts';
import {
  type AttentionDecodeVersion,
  createAttentionDecodeVersion,
  decodePartialBytes,
  versions as decodeVersions,
} from './attentionDecode.ts';
import {
  type AttentionPrefillVersion,
  createAttentionPrefillVersion,
  versions as prefillVersions,
} from './attentionPrefill.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

/**
 * Compiling is what costs here: each block in either half, the others and the rest of the versions with time; beside the
 * adapter that runs all, one.
 */
const some: readonly CacheTypes[] = [
  { keys: 'f16', values: 'f16' },
  { keys: 'q8_0', values: 'q4_0' },
  { keys: 'q4_0', values: 'q8_0' },
];
const all = cacheFormats.flatMap((keys) => cacheFormats.map((values) => ({ keys, values })));
const mixtures = full ? all : some.slice(reduced ? -1 : 0);
const titled = mixtures.map((types) => [`${types.keys} and ${types.values}`, types] as const);
const scalesOf = (types: CacheTypes, count: number) => ({
  keys: cacheSizes(types.keys, count).numbers / 4,
  values: cacheSizes(types.values, count).numbers / 4,
});

describe.each(titled)('attention over a cache in %s', (_, types) => {
  // Heads of 32 and of 96: a block is a head, and two of them are in different heads.
  const shapes = [
    { heads: 4, kvHeads: 2, headDim: 32, context: 44, window: null },
    { heads: 2, kvHeads: 2, headDim: 96, context: 21, window: 9 },
  ];
  async function both(
    shape: (typeof shapes)[number],
    attend: (b: Record<'rows' | 'q' | 'keys' | 'values' | 'y', GPUBuffer>, args: object) => Promise<Float32Array>,
  ) {
    const { heads, kvHeads, headDim, context } = shape;
    const rows = Array.from({ length: 9 }, (_, r) => ({ slot: r % 2, position: context - 9 + r }));
    const count = 2 * context * kvHeads * headDim;
    const words = { keys: cacheWords(types.keys, wave(count, 4)), values: cacheWords(types.values, wave(count, 5)) };
    const q = wave(rows.length * heads * headDim, 3).map((v) => 3 * v);
    const buffers = {
      rows: await upload(ctx, Uint32Array.from(rows.flatMap(({ slot, position }) => [7, slot, position, 0]))),
      q: await upload(ctx, q),
      keys: await upload(ctx, words.keys),
      values: await upload(ctx, words.values),
      y: await upload(ctx, new Float32Array(q.length)),
    };
    const args = { ...shape, rows: rows.length, scalesAt: scalesOf(types, count) };
    const got = await attend(buffers, args);
    for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
    const given = (half: 'keys' | 'values') => fromCacheWords(types[half], words[half], count);
    const { error, scale } = compare(got, causalAttention(rows, q, given('keys'), given('values'), shape));
    expect(scale).toBeGreaterThan(0.1);
    // As over float32: what is read is exact.
    expect(error).toBeLessThan(1e-6 * (4 + Math.sqrt(headDim)));
  }
  const fits = (version: AttentionPrefillVersion, dim: number) =>
    (dim === 32 || full) && (dim <= 32 || version !== '2.flash' || ctx.info.vendor !== 'mesa');
  const chosen = full ? [] : ['2.flash', choose(ctx, 'attention_prefill')];

  test.each((Object.keys(prefillVersions) as AttentionPrefillVersion[]).filter((v) => full || chosen.includes(v)))(
    'attention_prefill.%s',
    async (version) => {
      for (const shape of shapes.filter(({ headDim }) => fits(version, headDim))) {
        const kernel = await createAttentionPrefillVersion(ctx, version, { headDim: shape.headDim, cache: types });
        await both(shape, (b, args) => run(ctx, slots, [kernel.call(b, { ...shape, rows: 9, ...args }, slots)], b.y));
      }
    },
  );
  test.each(Object.keys(decodeVersions) as AttentionDecodeVersion[])(
    'attention_decode_split.%s, one run and three',
    async (version) => {
      for (const shape of shapes) {
        const { headDim, heads } = shape;
        const kernel = await createAttentionDecodeVersion(ctx, version, { headDim, cache: types });
        const bytes = decodePartialBytes(9, heads, 3, headDim);
        const partial = await ctx.buffers.create({ label: 'partial', owner: 'test', bytes });
        for (const splits of [1, 3])
          await both(shape, (b, args) =>
            run(ctx, slots, [...kernel.call({ ...b, partial }, { ...shape, rows: 9, splits, ...args }, slots)], b.y),
          );
        ctx.buffers.destroy(partial);
      }
    },
  );
});

/** A number that a block holds is the reference's, or its neighbour where the quotient is a rounding from a tie. */
function expectBlocks(format: 'q8_0' | 'q4_0', words: Uint32Array, want: Float64Array): void {
  const got = fromCacheWords(format, words, want.length);
  const scales = new Uint16Array(words.slice().buffer, cacheSizes(format, want.length).numbers);
  let turned = 0;
  for (let at = 0; at < want.length; at += CACHE_BLOCK) {
    const { q, d } = quantiseBlock(format, want, at);
    expect(Math.abs(scales[at / CACHE_BLOCK]! - d)).toBeLessThanOrEqual(1);
    const exact = halfValue(d);
    q.forEach((v, i) => {
      const own = Math.round(got[at + i]! / (halfValue(scales[at / CACHE_BLOCK]!) || 1));
      if (own === v) return;
      turned++;
      expect(Math.abs(own - v)).toBe(1);
      // A tie of the quotient by the scale before it was rounded to 16 bits, which is 2^-11 off at most.
      const quotient = want[at + i]! / exact;
      expect(Math.abs(quotient - (own + v) / 2)).toBeLessThan(Math.abs(quotient) * 2 ** -11 + 1e-4);
    });
  }
  expect(turned).toBeLessThanOrEqual(want.length / 500);
}

describe.each(titled)('appending to a cache in %s', (_, types) => {
  test.each(
    appendVersions
      .filter((v) => full || v === choose(ctx, 'rope_append'))
      .flatMap((version) =>
        [
          { heads: 3, kvHeads: 2, headDim: 32, context: 5 },
          { heads: 1, kvHeads: 2, headDim: 96, context: 4 },
          { heads: 2, kvHeads: 1, headDim: 64, context: 3 },
        ].map((shape) => [version, shape] as const),
      ),
  )('rope_append.%s, %o', async (version, shape) => {
    const { heads, kvHeads, headDim, context } = shape;
    // A position past the cache is dropped, a block of zeros has no scale.
    const rows = [0, 1, context - 1, context].map((position, r) => ({ slot: r % 2, position }));
    const qkv = wave(rows.length * (heads + 2 * kvHeads) * headDim, 13);
    qkv.fill(0, (heads + kvHeads) * headDim, (heads + 2 * kvHeads) * headDim);
    const inverse = Array.from({ length: headDim / 2 }, (_, j) => 10_000 ** ((-2 * j) / headDim));
    const norm = { q: wave(headDim, 15), k: wave(headDim, 16), epsilon: 1e-5 };
    const count = 2 * context * kvHeads * headDim;
    const old = wave(count, 14);
    const before = { keys: cacheWords(types.keys, old), values: cacheWords(types.values, old) };
    const kernel = await createRopeAppend(ctx, {
      shape,
      version,
      inverseFrequencies: inverse,
      qkNorm: true,
      cache: types,
    });
    const buffers = {
      qkv: await upload(ctx, qkv),
      rows: await upload(ctx, Uint32Array.from(rows.flatMap((r) => [7, r.slot, r.position, 0]))),
      qNorm: await upload(ctx, norm.q),
      kNorm: await upload(ctx, norm.k),
      q: await upload(ctx, new Float32Array(rows.length * heads * headDim)),
      keys: await upload(ctx, before.keys),
      values: await upload(ctx, before.values),
    };
    const args = { rows: rows.length, epsilon: norm.epsilon, scalesAt: scalesOf(types, count) };
    const q = await run(ctx, slots, [kernel.call(buffers, args, slots)], buffers.q);
    const want = { keys: Float64Array.from(old), values: Float64Array.from(old) };
    const wantQ = append(qkv, want.keys, want.values, { ...shape, rows, inverse, norm });
    expect(compare(q, wantQ).error).toBeLessThan(4e-6);
    for (const half of ['keys', 'values'] as const) {
      const format = types[half];
      const words = new Uint32Array((await readFloats(ctx, buffers[half])).buffer);
      if (isBlockCache(format)) expectBlocks(format, words, want[half]);
      else
        expect(compare(fromCacheWords(format, words, count), want[half]).error).toBeLessThan(
          format === 'f16' ? 2 ** -11 * 4 : 4e-6,
        );
    }
    for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  });
});

test('what cannot be in blocks is refused in words', async () => {
  const shape = { heads: 3, kvHeads: 3, headDim: 32, context: 4 };
  const cache = { keys: 'q8_0', values: 'f32' } as const;
  await expect(async () => createRopeAppend(ctx, { shape, cache })).rejects.toThrow(
    'needs an even number of blocks of 32 a token, and this model has 3',
  );
  await expect(async () => createRopeAppend(ctx, { shape: { ...shape, headDim: 80 }, cache })).rejects.toThrow(
    'heads have 80',
  );
  await expect(async () => createQkvAppend(ctx, { shape, cache, format: 'f32' })).rejects.toThrow('rope_append does');
  const kernel = await createAttentionPrefillVersion(ctx, '3.registers', { headDim: 32, cache });
  const some = await upload(ctx, [0]);
  const all = { rows: some, q: some, keys: some, values: some, y: some };
  expect(() => kernel.call(all, { ...shape, rows: 1 }, slots)).toThrow('where its scales begin');
  ctx.buffers.destroy(some);
});
