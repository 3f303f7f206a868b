// Several k and v heads beside each other: which part of a q|k|v row goes where in the caches.
import { expect, test } from 'vitest';
import { append } from './rope.ts';

test('three q heads, two k heads, two v heads: each head to its own place', () => {
  const qkv = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]; // one row a head: 3 of q, 2 of k, 2 of v; then a second
  const second = qkv.map((v) => 100 + v);
  const [keys, values] = [new Float64Array(24), new Float64Array(24)];
  const q = append([...qkv, ...second], keys, values, {
    heads: 3,
    kvHeads: 2,
    headDim: 2,
    context: 3,
    rows: [
      { slot: 1, position: 2 },
      { slot: 0, position: 1 },
    ],
  } as Parameters<typeof append>[3]);
  expect([...q]).toEqual([1, 2, 3, 4, 5, 6, 101, 102, 103, 104, 105, 106]);
  const none = (n: number) => new Array<number>(n).fill(0);
  expect([...keys]).toEqual([...none(4), 107, 108, 109, 110, ...none(12), 7, 8, 9, 10]);
  expect([...values]).toEqual([...none(4), 111, 112, 113, 114, ...none(12), 11, 12, 13, 14]);
});
