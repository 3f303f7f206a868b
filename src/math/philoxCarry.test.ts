// Carries between the halves of a product show only at few operands: many random ones against 64-bit arithmetic.
import { expect, test } from 'vitest';
import { philox4x32 } from './philox.ts';

function byBigInt(counter: readonly number[], key: readonly number[]): number[] {
  const mask = 0xffffffffn;
  let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [p, q] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const x = 0xd2511f53n * a;
    const y = 0xcd9e8d57n * c;
    [a, b, c, d] = [(y >> 32n) ^ b ^ p, y & mask, (x >> 32n) ^ d ^ q, x & mask];
    p = (p + 0x9e3779b9n) & mask;
    q = (q + 0xbb67ae85n) & mask;
  }
  return [a, b, c, d].map(Number);
}

test('4000 blocks, each the counter of the next', () => {
  let counter = [1, 2, 3, 4];
  const key = [0x89abcdef, 0x1234567];
  for (let i = 0; i < 4000; i++) {
    const [a, b, c, d] = counter as [number, number, number, number];
    const got = [...philox4x32(a, b, c, d, key[0]!, key[1]!, new Uint32Array(4))];
    const right = byBigInt(counter, key);
    if (got.some((v, k) => v !== right[k])) expect(got).toEqual(right);
    counter = right;
  }
  expect(counter).not.toEqual([1, 2, 3, 4]);
});
