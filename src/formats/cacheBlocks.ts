// KV caches as their kernels write them: the float64 reference, and the words of a whole cache.
import { CACHE_BLOCK, type CacheFormat, cacheLength, cacheSizes } from '../core/cacheFormat.ts';
import { halfValue } from './half.ts';
import { halfWord } from './quantise.ts';

type Numbers = ArrayLike<number>;

/** The largest binary16: greater numbers are kept as it. */
const MOST_HALF = 65504;
const half = (v: number) => halfWord(Math.max(-MOST_HALF, Math.min(MOST_HALF, v)));
const halfAway = (v: number) => Math.sign(v) * Math.floor(Math.abs(v) + 0.5);

/**
 * A block of 32 numbers as whole numbers and the bits of its binary16 scale, as ggml makes them: q8_0 has d = max|x|/127
 * and q = round(x/d) with halves away from zero, q4_0 d = x̂/−8 with x̂ the number of the greatest magnitude (the first
 * of equals) and q = min(15, trunc(x/d + 8.5)), meaning q − 8. The quotient takes d before it is rounded to 16 bits.
 */
export function quantiseBlock(
  format: 'q8_0' | 'q4_0',
  x: Numbers,
  at = 0,
): { readonly q: Int8Array; readonly d: number } {
  let top = 0;
  for (let i = 0; i < CACHE_BLOCK; i++) if (Math.abs(x[at + i]!) > Math.abs(top)) top = x[at + i]!;
  const d = format === 'q8_0' ? Math.abs(top) / 127 : top / -8;
  const q = Int8Array.from({ length: CACHE_BLOCK }, (_, i) => {
    const v = d === 0 ? 0 : x[at + i]! / d;
    return format === 'q8_0' ? halfAway(v) : Math.min(15, Math.trunc(v + 8.5)) - 8;
  });
  return { q, d: half(d) };
}

/** What a cache of this format gives back of numbers put into it, in place; `count` as in cacheSizes. */
export function throughCache(format: CacheFormat, x: Float64Array): Float64Array {
  if (format === 'f32') return x; // the reference keeps float64: it stands for what is not rounded
  if (format === 'f16') return x.map((v, i) => (x[i] = halfValue(half(v))));
  for (let at = 0; at < x.length; at += CACHE_BLOCK) {
    const { q, d } = quantiseBlock(format, x, at);
    const scale = halfValue(d);
    q.forEach((v, i) => (x[at + i] = v * scale));
  }
  return x;
}

/** A whole cache as it lies on the GPU; see core/cacheFormat.ts. */
export function cacheWords(format: CacheFormat, x: Numbers): Uint32Array<ArrayBuffer> {
  if (format === 'f32') return new Uint32Array(Float32Array.from(x).buffer);
  const bytes = new ArrayBuffer(cacheLength(format, x.length));
  if (format === 'f16') new Uint16Array(bytes).set(Array.from(x, half));
  else {
    const { numbers } = cacheSizes(format, x.length);
    const [into, scales] = [new Uint8Array(bytes, 0, numbers), new Uint16Array(bytes, numbers)];
    for (let at = 0; at < x.length; at += CACHE_BLOCK) {
      const { q, d } = quantiseBlock(format, x, at);
      scales[at / CACHE_BLOCK] = d;
      q.forEach((v, i) => {
        if (format === 'q8_0') into[at + i] = v;
        else into[(at + i) >> 1]! |= (v + 8) << (4 * (i & 1));
      });
    }
  }
  return new Uint32Array(bytes);
}

/** The numbers of a whole cache. */
export function fromCacheWords(format: CacheFormat, words: Uint32Array, count: number): Float64Array {
  const bytes = words.slice().buffer;
  if (format === 'f32') return Float64Array.from(new Float32Array(bytes));
  if (format === 'f16') return Float64Array.from(new Uint16Array(bytes), halfValue);
  const { numbers } = cacheSizes(format, count);
  const [q, scales] = [new Uint8Array(bytes, 0, numbers), new Uint16Array(bytes, numbers)];
  return Float64Array.from({ length: count }, (_, i) => {
    const v = format === 'q8_0' ? (q[i]! << 24) >> 24 : ((q[i >> 1]! >> (4 * (i & 1))) & 15) - 8;
    return v * halfValue(scales[Math.floor(i / CACHE_BLOCK)]!);
  });
}
