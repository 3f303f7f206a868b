/**
 * SplitMix32: 2^32 states of one round of Murmur's mixer over a Weyl sequence. Enough to choose mutants, and the same
 * on every machine. A word beside the seed gives every area a stream of its own.
 */
export function createRandom(seed, word = '') {
  let state = seed >>> 0;
  for (const c of word) state = Math.imul(state ^ c.codePointAt(0), 0x01000193);
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let v = state ^ (state >>> 16);
    v = Math.imul(v, 0x21f0aaad);
    v ^= v >>> 15;
    v = Math.imul(v, 0x735a2d97);
    return (v ^ (v >>> 15)) >>> 0;
  };
  /** An integer of [0, n). */
  return (n) => Math.floor((next() / 2 ** 32) * n);
}
