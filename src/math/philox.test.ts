import { expect, test } from 'vitest';
import { philox4x32 } from './philox.ts';

const hex = (words: Iterable<number>) => [...words].map((w) => w.toString(16).padStart(8, '0')).join(' ');

// Random123 1.14, tests/kat_vectors, the three "philox4x32 10" lines: counter, key, output.
test.each([
  [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
] as const)('known answer for counter %j, key %j', ([c0, c1, c2, c3], [k0, k1], answer) => {
  expect(hex(philox4x32(c0, c1, c2, c3, k0, k1, new Uint32Array(4)))).toBe(answer);
});

test('one round agrees with 64-bit integer arithmetic on hard operands', () => {
  // Ten rounds recomputed with BigInt for counters at the edges of 16 and 32 bits.
  const big = (c: number[], k: number[]) => {
    let [a, b, d, e] = c.map(BigInt) as [bigint, bigint, bigint, bigint];
    let [p, q] = k.map(BigInt) as [bigint, bigint];
    const mask = 0xffffffffn;
    for (let r = 0; r < 10; r++) {
      const x = 0xd2511f53n * a;
      const y = 0xcd9e8d57n * d;
      [a, b, d, e] = [((y >> 32n) ^ b ^ p) & mask, y & mask, ((x >> 32n) ^ e ^ q) & mask, x & mask];
      p = (p + 0x9e3779b9n) & mask;
      q = (q + 0xbb67ae85n) & mask;
    }
    return [a, b, d, e].map(Number);
  };
  const edges = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
  for (const a of edges)
    for (const b of edges)
      expect([...philox4x32(a, b, b, a, b, a, new Uint32Array(4))]).toEqual(big([a, b, b, a], [b, a]));
});
