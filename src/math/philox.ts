/**
 * Philox4x32-10, a counter-based random generator: the output is a pure function of (counter, key).
 * Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 * The same integers as `shaders/lib/philox.wgsl`.
 */
const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57; // the two multipliers
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85; // Weyl increments of the key: golden ratio, √3 − 1
const ROUNDS = 10;

/** High 32 bits of the 64-bit product of two u32. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const mid1 = aHigh * bLow + (low >>> 16);
  const mid2 = aLow * bHigh + (mid1 & 0xffff); // each < 2^32
  return (aHigh * bHigh + Math.floor(mid1 / 0x10000) + (mid2 >>> 16)) >>> 0;
}

/** Four random u32 of the counter (c0, c1, c2, c3) under the key (k0, k1), written to `out[0..3]`. */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): Uint32Array {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(M0, c0 >>> 0);
    const low0 = Math.imul(M0, c0);
    const high1 = mulHigh(M1, c2 >>> 0);
    const low1 = Math.imul(M1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3; // a Uint32Array keeps the value modulo 2^32
  return out;
}
