/** Value of one binary16 word (IEEE 754-2008): exact in float32, subnormals, infinities and NaN included. */
export function halfValue(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 31;
  const fraction = word & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | undefined;

/** Converts binary16 words through a table of all 65,536 values (made once, 256 KiB). */
export function halfToFloat(words: Uint16Array, out: Float32Array = new Float32Array(words.length)): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, word) => halfValue(word));
  for (let i = 0; i < words.length; i++) out[i] = table[words[i]!]!;
  return out;
}

/** Converts bfloat16 words: the upper half of a float32's bits, so every value is exact. */
export function bfloatToFloat(words: Uint16Array, out: Float32Array = new Float32Array(words.length)): Float32Array {
  const bits = new Uint32Array(out.buffer, out.byteOffset, words.length);
  for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
  return out;
}
