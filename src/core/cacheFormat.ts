/**
 * How keys or values lie in a KV cache, (slots, positions, kvHeads·headDim), by llama.cpp's names (--cache-type-k and
 * --cache-type-v):
 *   f32, f16     numbers
 *   q8_0, q4_0   GGUF's blocks of 32 numbers with a binary16 scale: 34 and 18 bytes. The numbers of all blocks come
 *                first (signed bytes or nibbles, the first in the lowest bits of a word), then the scales of all, two a
 *                word, so that both are found without a division
 */
export const cacheFormats = ['f32', 'f16', 'q8_0', 'q4_0'] as const;
export type CacheFormat = (typeof cacheFormats)[number];

/** Formats of both halves of a cache. */
export interface CacheTypes {
  readonly keys: CacheFormat;
  readonly values: CacheFormat;
}
export const plainCache: CacheTypes = { keys: 'f32', values: 'f32' };

/** Numbers that share a scale. */
export const CACHE_BLOCK = 32;
/** Bits of a number, without its share of the scale. */
export const cacheBits = { f32: 32, f16: 16, q8_0: 8, q4_0: 4 } as const;
export const isBlockCache = (format: CacheFormat): format is 'q8_0' | 'q4_0' => format === 'q8_0' || format === 'q4_0';

/** Bytes of the numbers and of their scales; `count` is a multiple of 64 where there are scales. */
export const cacheSizes = (format: CacheFormat, count: number) => ({
  numbers: (count * cacheBits[format]) / 8,
  scales: isBlockCache(format) ? (count / CACHE_BLOCK) * 2 : 0,
});
/** Bytes of `count` numbers of either half. */
export function cacheLength(format: CacheFormat, count: number): number {
  const { numbers, scales } = cacheSizes(format, count);
  return numbers + scales;
}

/** Why a model of this shape cannot have such a cache; null where it can. */
export function cacheFault(
  types: CacheTypes,
  { kvHeads, headDim }: { readonly kvHeads: number; readonly headDim: number },
): string | null {
  const format = [types.keys, types.values].find(isBlockCache);
  if (!format) return null;
  if (headDim % CACHE_BLOCK !== 0)
    return `a cache in ${format} has blocks of ${CACHE_BLOCK} numbers, and this model’s heads have ${headDim}`;
  // Two scales share a word, and a word is written by one invocation.
  return (kvHeads * headDim) % (2 * CACHE_BLOCK) === 0
    ? null
    : `a cache in ${format} needs an even number of blocks of ${CACHE_BLOCK} a token, and this model has ${(kvHeads * headDim) / CACHE_BLOCK}`;
}
