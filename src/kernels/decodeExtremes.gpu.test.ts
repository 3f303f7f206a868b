// Decode attention where scores reach ±10,000: a winner first, last, at the ends of runs and of tiles, two that tie, all
// alike, stairs up and down. What comes out is known without a reference: the winner's value, or a mean.
import { describe, expect, test } from 'vitest';
import { nodeContext, nodeSlots, run, upload } from '../gpu/testing.ts';
import { causalAttention } from '../math/reference/causalAttention.ts';
import {
  type AttentionDecodeVersion,
  createAttentionDecodeVersion,
  decodePartialBytes,
  versions,
} from './attention/attentionDecode.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();

const CONTEXT = 300;
const HEADS = 2;
/** Scores of the keys 0 … position of a row for head 0; head 1 has their negatives. */
interface Row {
  readonly name: string;
  readonly scores: readonly number[];
}
const winner = (length: number, at: number, high = 1e4, low = -1e4): Row => ({
  name: `the winner at ${at} of ${length}`,
  scores: Array.from({ length }, (_, j) => (j === at ? high : low)),
});
const rows: readonly Row[] = [
  // Alone, and fewer keys than runs: runs without a key count nothing.
  winner(1, 0),
  winner(2, 1),
  winner(3, 0),
  winner(6, 5),
  winner(8, 7),
  // Runs of 20 when there are seven, tiles of 8 and of 128 keys.
  ...[0, 7, 8, 19, 20, 64, 119, 120, 127, 128, 139].map((at) => winner(140, at)),
  winner(300, 299),
  winner(300, 150),
  {
    name: 'two that tie, in different runs',
    scores: Array.from({ length: 140 }, (_, j) => (j === 3 || j === 137 ? 1e4 : -1e4)),
  },
  { name: 'all alike and high', scores: new Array<number>(140).fill(1e4) },
  { name: 'all alike and low', scores: new Array<number>(140).fill(-1e4) },
  { name: 'stairs up', scores: Array.from({ length: 201 }, (_, j) => 100 * j - 1e4) },
  { name: 'stairs down', scores: Array.from({ length: 201 }, (_, j) => 1e4 - 100 * j) },
  {
    name: 'small steps beside a far tail',
    scores: Array.from({ length: 140 }, (_, j) => (j % 20 === 0 ? 1e4 + j / 64 : -1e4)),
  },
];

/** Value of key j of row r: what a mixture of values cannot give by chance. */
const value = (r: number, j: number, d: number) => ((j * 7 + r * 3 + d * 11) % 101) / 101 - 0.5;

async function attend(version: AttentionDecodeVersion, headDim: number, splits: number) {
  const q = new Float32Array(rows.length * HEADS * headDim);
  const keys = new Float32Array(rows.length * CONTEXT * headDim).fill(NaN);
  const values = keys.slice();
  rows.forEach(({ scores }, r) => {
    // The score is q·k/√headDim: one number of each carries it, another one each head.
    q[r * HEADS * headDim] = 100;
    q[(r * HEADS + 1) * headDim] = -100;
    scores.forEach((s, j) => {
      const at = (r * CONTEXT + j) * headDim;
      keys.fill(0, at, at + headDim);
      keys[at] = (s / 100) * Math.sqrt(headDim);
      for (let d = 0; d < headDim; d++) values[at + d] = value(r, j, d);
    });
  });
  const list = rows.map((row, slot) => ({ slot, position: row.scores.length - 1 }));
  const data = {
    rows: Uint32Array.from(list.flatMap(({ slot, position }) => [9, slot, position, 0])),
    q,
    keys,
    values,
    y: new Float32Array(q.length).fill(7),
    partial: new Float32Array(decodePartialBytes(rows.length, HEADS, splits, headDim) / 4).fill(NaN),
  };
  const buffers = Object.fromEntries(
    await Promise.all(Object.entries(data).map(async ([name, d]) => [name, await upload(ctx, d, name)])),
  ) as Record<keyof typeof data, GPUBuffer>;
  const kernel = await createAttentionDecodeVersion(ctx, version, { headDim });
  const args = { rows: rows.length, heads: HEADS, kvHeads: 1, context: CONTEXT, splits };
  const got = await run(ctx, slots, kernel.call(buffers, args, slots), buffers.y, 0, q.length);
  for (const buffer of Object.values(buffers)) ctx.buffers.destroy(buffer);
  const want = causalAttention(list, q, keys, values, { heads: HEADS, kvHeads: 1, headDim, context: CONTEXT });
  return { got, want };
}

describe.each(Object.keys(versions) as AttentionDecodeVersion[])('attention_decode_split.%s', (version) => {
  test.each([
    [16, 1],
    [16, 7],
    [64, 1],
    [64, 7],
    [16, 17],
  ])('head dimension %i, %i splits: scores of ±10,000', async (headDim, splits) => {
    const { got, want } = await attend(version, headDim, splits);
    rows.forEach(({ name, scores }, r) => {
      for (const head of [0, 1]) {
        const mine = scores.map((s) => (head === 0 ? s : -s));
        const top = Math.max(...mine);
        const weights = mine.map((s) => Math.exp(s - top));
        const z = weights.reduce((a, b) => a + b, 0);
        for (let d = 0; d < headDim; d++) {
          const mean = weights.reduce((sum, w, j) => sum + (w / z) * value(r, j, d), 0);
          const at = (r * HEADS + head) * headDim + d;
          // Scores of 10,000 have rounding of 6e-4 in the f32 product, which enters through exp.
          expect(Math.abs(got[at]! - mean), `${name}, head ${head}, element ${d}: ${got[at]}`).toBeLessThan(2e-3);
          expect(Math.abs(want[at]! - mean)).toBeLessThan(1e-3); // the keys' own rounding
        }
      }
    });
  });
});
