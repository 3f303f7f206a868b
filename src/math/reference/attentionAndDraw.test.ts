// The float64 references that attention and the draw are held against, on cases small enough for paper: what judges must
// be right itself, and says so without a GPU.
import { describe, expect, test } from 'vitest';
import { attention, attentionRow } from './attention.ts';
import { causalAttention } from './causalAttention.ts';
import { DRAW_MARGIN, drawReference } from './draw.ts';

const near = (values: readonly number[], digits = 12) => values.map((v) => expect.closeTo(v, digits) as number);
const ln = Math.log;

describe('attention', () => {
  test('weights 1 : 3 by score, two heads, two samples, q | k | v', () => {
    // Head width 1, so the scale is 1: score q·k. Head 0: keys 0 and ln 3. Head 1: keys 0 and 0.
    const one = (v0: number, v1: number, v2: number, v3: number) => [1, 1, 0, 0, v0, v1, 1, 1, ln(3), 0, v2, v3];
    const qkv = [...one(4, 10, 8, 20), ...one(0, 1, 4, 3)];
    const shape = { batch: 2, tokens: 2, heads: 2, dim: 1 };
    expect([...attention(qkv, shape)]).toEqual(near([7, 15, 7, 15, 3, 2, 3, 2]));
    expect([...attentionRow(qkv, shape, 1, 0, 1)]).toEqual(near([3]));
  });
  test('the scale is 1/√dim unless said, and large scores stay finite', () => {
    const qkv = [2, 0, 0, 0, 1, 5, 2, 0, ln(3), 0, 3, 9]; // one head of two: q·k = 2 ln 3
    const shape = { batch: 1, tokens: 2, heads: 1, dim: 2 };
    const w = 3 ** Math.SQRT2;
    expect([...attention(qkv, shape).subarray(0, 2)]).toEqual(near([(1 + 3 * w) / (1 + w), (5 + 9 * w) / (1 + w)]));
    expect([...attention(qkv, { ...shape, scale: 0.5 }).subarray(0, 2)]).toEqual(near([2.5, 8]));
    expect([...attention(qkv, { ...shape, scale: 1e6 }).subarray(0, 2)]).toEqual(near([3, 9]));
  });
  test('causal: a row sees up to itself, in its own slot, a window back; heads share keys in groups', () => {
    // Two slots of four places, one key head of width 1, two query heads. Keys ln 1…ln 4, values 1, 10, 100, 1000.
    const keys = [0, ln(2), ln(3), ln(4), 0, 0, 0, 0];
    const values = [1, 10, 100, 1000, 2, 4, 6, 8];
    const shape = { heads: 2, kvHeads: 1, headDim: 1, context: 4 };
    const rows = [
      { slot: 0, position: 2 },
      { slot: 1, position: 1 },
    ];
    const q = [1, 2, 1, 1];
    expect([...causalAttention(rows, q, keys, values, shape)]).toEqual(near([321 / 6, (1 + 40 + 900) / 14, 3, 3]));
    expect([...causalAttention(rows, q, keys, values, { ...shape, window: 2 })]).toEqual(
      near([320 / 5, 940 / 13, 3, 3]),
    );
    expect([...causalAttention(rows, q, keys, values, { ...shape, window: 1 })]).toEqual(near([100, 100, 4, 4]));
    expect([...causalAttention(rows, q, keys, values, { ...shape, window: 9 })]).toEqual(
      near([321 / 6, 941 / 14, 3, 3]),
    );
    expect([...causalAttention(rows, q, keys, values, { ...shape, scale: 0 })]).toEqual(near([37, 37, 3, 3]));
    // q inside a longer row, from its second number on.
    const wide = [9, 1, 2, 9, 9, 1, 1, 9];
    expect([...causalAttention(rows, wide, keys, values, { ...shape, qRow: 4, qAt: 1 })]).toEqual(
      near([321 / 6, 941 / 14, 3, 3]),
    );
  });
  test('causal: four query heads on two key heads, two wide', () => {
    const q = [1, 0, 0, 1, 1, 0, 0, 1]; // heads 0, 1 on key head 0, heads 2, 3 on key head 1
    const keys = [0, 0, 0, 0, ln(3), ln(9), ln(2), 0]; // place 0: zeros; place 1: (ln 3, ln 9), (ln 2, 0)
    const values = [0, 0, 0, 0, 4, 8, 12, 16];
    const out = causalAttention([{ slot: 0, position: 1 }], q, keys, values, {
      heads: 4,
      kvHeads: 2,
      headDim: 2,
      context: 2,
      scale: 1,
    });
    expect([...out]).toEqual(near([3, 6, 3.6, 7.2, 8, 32 / 3, 6, 8]));
  });
});

describe('the draw', () => {
  const p = [0.125, 0.5, 0.25, 0.125].map((v) => ln(v));
  const keep = { temperature: 1, k: 0, topP: 1, minP: 0, bits: 0 };
  const u = (value: number) => Math.floor(value * 2 ** 32) >>> 0;
  test('below this margin float64 decides', () => expect(DRAW_MARGIN).toBe(1e-4));
  test('figures of the whole row, and the order: falling, equals by index', () => {
    expect([0, 0.5, 0.75, 0.875].map((v) => drawReference(p, { ...keep, bits: u(v) }).token)).toEqual([1, 2, 0, 3]);
    expect(drawReference(p, { ...keep, bits: u(0.76) })).toEqual({
      token: 0,
      rank: 2,
      survivors: 4,
      keptMass: 1,
      max: ln(0.5),
      logProbability: expect.closeTo(ln(0.125), 12),
      drawnLogProbability: expect.closeTo(ln(0.125), 12),
      entropy: expect.closeTo(1.75 * Math.LN2, 12),
    });
    // 24 bits of 32 are read.
    expect(drawReference(p, { ...keep, bits: 0x7fffffff }).token).toBe(1);
    expect(drawReference(p, { ...keep, bits: 0x800000ff }).token).toBe(2);
  });
  test.each<[string, object, number, number, number, number]>([
    ['top-k 1', { k: 1 }, 0.999, 1, 0.5, 1],
    ['top-k 3: the first of equals', { k: 3 }, 0.6, 3, 0.875, 2 / 7],
    ['top-k 9', { k: 9 }, 0.7, 4, 1, 1 / 4],
    ['top-p at exactly 0.75', { topP: 0.75 }, 0.7, 2, 0.75, 1 / 3],
    ['top-p just above', { topP: 0.75 + 1e-12 }, 0.7, 3, 0.875, 2 / 7],
    ['min-p at exactly a half', { minP: 0.5 }, 0.7, 2, 0.75, 1 / 3],
    ['min-p just above', { minP: 0.5 + 1e-12 }, 0.7, 1, 0.5, 1],
    ['a temperature of ½ squares', { temperature: 0.5, minP: 0.25 }, 0.85, 2, 0.75, 1 / 5],
    ['min-p after the temperature', { temperature: 0.5, minP: 0.25 + 1e-12 }, 0.85, 1, 0.5, 1],
    ['top-p of what top-k left', { k: 2, topP: 0.66 }, 0.7, 1, 0.5, 1],
  ])('%s', (_, some, at, survivors, keptMass, drawn) => {
    const got = drawReference(p, { ...keep, ...some, bits: u(at) });
    expect(got).toMatchObject({ survivors, rank: Math.min(survivors, 2) - 1 });
    expect(got.keptMass).toBeCloseTo(keptMass, 12);
    expect(got.drawnLogProbability).toBeCloseTo(ln(drawn), 12);
  });
  test('temperature 0 is the arg max without a draw', () =>
    expect(drawReference([1, 3, 3, 0], { ...keep, temperature: 0, bits: 2 ** 32 - 1 })).toMatchObject({
      token: 1,
      rank: 0,
      survivors: 1,
      drawnLogProbability: 0,
    }));
  test('top-p 1 keeps what has no mass in float64, and the last survivor takes what rounding leaves', () => {
    expect(drawReference([0, -800], keep)).toMatchObject({ survivors: 2, keptMass: 1, entropy: 0 });
    const many = Float64Array.from({ length: 3001 }, (_, i) => Math.sin(i));
    expect(drawReference(many, { ...keep, bits: 0xffffffff }).rank).toBeGreaterThan(2990);
    expect(drawReference([-Infinity, 2], keep)).toMatchObject({ token: 1, entropy: 0 });
  });
});
