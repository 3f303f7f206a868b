// The float64 references of everything but attention and the draw, on cases small enough for paper.
import { describe, expect, test } from 'vitest';
import { normals } from '../normal.ts';
import { empiricalDenoiser, mixtureDenoiser } from './density.ts';
import { broadcastAdd, embed, guidance, lincomb, noise, timeEmbedding } from './elementwise.ts';
import { embedNorm } from './embedNorm.ts';
import { gridPixel, patches, unpatch } from './image.ts';
import { gated, gateUp, gelu, linear, linearAt, silu } from './linear.ts';
import { layernorm, softmax } from './norm.ts';
import { dequantise, quantiseRow } from './quant.ts';
import { residualNorm } from './residualNorm.ts';
import { append, normHead, rotate } from './rope.ts';
import { distanceSums, projections } from './sets.ts';

const near = (values: readonly number[], digits = 12) => values.map((v) => expect.closeTo(v, digits) as number);
const ln = Math.log;

describe('linear layers', () => {
  const [a, b] = [
    [1, 2, 3, 4, 5, 6],
    [1, 0, 2, 0, 3, 1],
  ];
  test('A·Bᵀ and A·B, scale before bias, bias by column, activation last', () => {
    const o = { m: 2, n: 2, k: 3, b: 'nk', activation: 'none' } as const;
    expect([...linear(a, b, o)]).toEqual([7, 9, 16, 21]);
    expect([...linear(a, b, { ...o, b: 'kn' })]).toEqual([1 + 4 + 9, 3, 4 + 10 + 18, 6]);
    expect([...linear(a, b, { ...o, alpha: 0.5, bias: [10, 100] })]).toEqual([13.5, 104.5, 18, 110.5]);
    expect(linearAt(a, b, { ...o, activation: 'silu', bias: [0, -9] }, 0, 1)).toBe(0);
    expect(linearAt(a, b, { ...o, activation: 'gelu' }, 1, 0)).toBeCloseTo(16, 9);
  });
  test('activations at 1 and −1: published values', () => {
    expect([silu(1), silu(-1), silu(0)]).toEqual(near([0.7310585786300049, -0.2689414213699951, 0]));
    // tanh form: 0.5·(1 + tanh(√(2/π)·1.044715))
    const half = Math.tanh(Math.sqrt(2 / Math.PI) * 1.044715);
    expect([gelu(1), gelu(-1), gelu(0)]).toEqual(near([0.5 * (1 + half), -0.5 * (1 - half), 0]));
  });
  test('gate and up: silu of the first half times the second', () => {
    expect([...gated([1, 2, 10, 20, -1, 0, 3, 4], 2, 2)]).toEqual(near([10 * silu(1), 20 * silu(2), 3 * silu(-1), 0]));
    // Rows of the gate, then those of up.
    expect([...gateUp([1, 2], [1, 0, 0, 1, 1, 1, 2, -1], { m: 1, hidden: 2, k: 2 })]).toEqual(near([silu(1) * 3, 0]));
  });
});

describe('norms', () => {
  test('layer norm with and without modulation, softmax', () => {
    expect([...layernorm([1, 3, 0, 10], 2, 2, 0)]).toEqual(near([-1, 1, -1, 1]));
    expect([...layernorm([1, 3], 1, 2, 3)]).toEqual(near([-0.5, 0.5]));
    const shift = (row: number, column: number) => [10 * row + column, column + 1] as const;
    expect([...layernorm([1, 3, 0, 10], 2, 2, 0, shift)]).toEqual(near([-2, 1 + 3, 10 - 2, 11 + 3]));
    expect([...softmax([0, ln(3), 1e4, 1e4], 2, 2)]).toEqual(near([0.25, 0.75, 0.5, 0.5]));
  });
  test('the residual is added first; RMS norm takes no mean, layer norm does; weights and bias by column', () => {
    const norm = { kind: 'rmsnorm', epsilon: 0, weight: [2, 3] } as const;
    expect(residualNorm([1, 4], [2, 0], 1, 2, norm)).toEqual({
      x: Float64Array.of(3, 4),
      y: Float64Array.from([(2 * 3) / Math.sqrt(12.5), (3 * 4) / Math.sqrt(12.5)]),
    });
    const layer = residualNorm([1, 3, 5, 5], undefined, 2, 2, {
      kind: 'layernorm',
      epsilon: 3,
      weight: [2, 4],
      bias: [1, 7],
    });
    expect([...layer.y]).toEqual(near([-1 + 1, 2 + 7, 1, 7]));
    expect([...layer.x]).toEqual([1, 3, 5, 5]);
  });
  test('embedding: token plus position, then the norm', () => {
    const data = new Uint32Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
    const table = { format: 'f32', data, vocab: 3, width: 2 } as const;
    const norm = { kind: 'rmsnorm', epsilon: 0, weight: [1, 1] } as const;
    const rows = [
      { token: 2, position: 1 },
      { token: 0, position: 0 },
    ];
    expect([...embedNorm(rows, table, norm).x]).toEqual([5, 6, 1, 2]);
    const { x, y } = embedNorm(rows, { ...table, positions: [10, 20, 30, 40] }, norm);
    expect([...x]).toEqual([35, 46, 11, 22]);
    expect([...y]).toEqual(
      near([35, 46, 11, 22].map((v, i) => v / Math.sqrt(i < 2 ? (35 ** 2 + 46 ** 2) / 2 : (121 + 484) / 2))),
    );
  });
});

describe('number by number', () => {
  test('embedding rows on rows, sums with strides, guidance, time', () => {
    const o = { rows: 3, dim: 2, baseRow: 2, activation: 'none' } as const;
    expect([...embed([1, 0, 1], [1, 2, 10, 20], [0, 0.5, 1, 1.5, 2, 2.5], o)]).toEqual([10, 20.5, 2, 3.5, 12, 22.5]);
    expect([...embed([1, 0, 1], [1, 2, 10, 20], [0, 0.5], { ...o, baseRow: 0 })]).toEqual([10, 20.5, 1, 2.5, 10, 20.5]);
    expect([...embed([0], [1, 2], [0, 0], { ...o, rows: 1, activation: 'silu' })]).toEqual(near([silu(1), silu(2)]));
    // Outer 2, inner 3, dim 1: a by both strides, b by the outer one only.
    const sum = broadcastAdd([1, 2, 3, 4, 5, 6], [10, 20], { outer: 2, inner: 3, dim: 1, a: [3, 1], b: [1, 0] });
    expect([...sum]).toEqual([11, 12, 13, 24, 25, 26]);
    const wide = broadcastAdd([1, 2, 3, 4], [10, 20], { outer: 1, inner: 2, dim: 2, a: [0, 2], b: [0, 0] });
    expect([...wide]).toEqual([11, 22, 13, 24]);
    expect([...guidance([5, 1], [2, 3], 1.5)]).toEqual([6.5, 0]);
    expect([...timeEmbedding([0, Math.PI, 0.5], 1)]).toEqual(near([1, -1, Math.cos(0.5), 0, 0, Math.sin(0.5)]));
  });
  test('weighted draws of noise, and sums from an arena', () => {
    const want = [0, 1, 2, 3].map(
      (i) => 0.5 * normals(3, 7, 2, 2, undefined, 4)[i]! - 2 * normals(3, 8, 2, 2, undefined, 4)[i]!,
    );
    expect([
      ...noise(
        3,
        [
          [0.5, 7],
          [-2, 8],
        ],
        2,
        2,
        4,
      ),
    ]).toEqual(near(want, 14));
    expect([
      ...lincomb(
        [1, 2, 3, 4, 5],
        [
          [10, 0],
          [-1, 3],
        ],
        Float64Array.of(100, 200),
      ),
    ]).toEqual([106, 215]);
  });
});

describe('images', () => {
  // Two channels of 2 × 4, patches of 2: values 1…16 in (C, H, W).
  const image = Array.from({ length: 16 }, (_, i) => i + 1);
  const shape = { channels: 2, height: 2, width: 4, patch: 2 };
  test('patches row by row, inside by row, column, channel; and back', () => {
    const want = [1, 9, 2, 10, 5, 13, 6, 14, 3, 11, 4, 12, 7, 15, 8, 16];
    expect([...patches(image, shape, 1)]).toEqual(want);
    expect([...unpatch(want, shape, 1)]).toEqual(image);
    const two = [...image, ...image.map((v) => v + 100)];
    expect([...patches(two, shape, 2)].slice(16)).toEqual(want.map((v) => v + 100));
    expect([...unpatch(patches(two, shape, 2), shape, 2)]).toEqual(two);
  });
  test('pixels of a grid: tiles in rows, −1…1 to 0…255, cut off; alpha only where there is an image', () => {
    const grey = { channels: 1, height: 1, width: 2 };
    const pixel = (x: number, y: number, c: number) => gridPixel([-1, 1, 0, -3, 5, 0.5], grey, 3, 2, x, y, c);
    expect([pixel(0, 0, 0), pixel(1, 0, 1), pixel(2, 0, 2), pixel(3, 0, 0)]).toEqual([0, 255, 127.5, 0]);
    expect([pixel(0, 1, 0), pixel(1, 1, 0), pixel(0, 1, 3), pixel(2, 1, 0), pixel(2, 1, 3)]).toEqual([
      255, 191.25, 255, 0, 0,
    ]);
    const colour = { channels: 3, height: 2, width: 1 };
    const of = (y: number, c: number) => gridPixel([-1, 1, 0, 0.5, 1, -0.5], colour, 1, 1, 0, y, c);
    expect([of(0, 0), of(1, 0), of(0, 1), of(1, 1), of(0, 2), of(1, 2)]).toEqual([0, 255, 127.5, 191.25, 255, 63.75]);
  });
});

describe('packed weights', () => {
  test('each format word by word: low half, low byte, low nibble first', () => {
    expect([...dequantise('f32', new Uint32Array(Float32Array.of(1.5, -2).buffer), undefined, 1, 2)]).toEqual([
      1.5, -2,
    ]);
    // Binary16: 1, −2, the smallest subnormal, 1.5·2⁻¹⁴.
    expect([...dequantise('f16', Uint32Array.of(0xc0003c00, 0x06000001), undefined, 1, 4)]).toEqual([
      1,
      -2,
      2 ** -24,
      1.5 * 2 ** -14,
    ]);
    const bytes = new Uint32Array(Int8Array.of(1, -1, 127, -127, 2, 4, 6, 8).buffer);
    expect([...dequantise('int8', bytes, Float32Array.of(0.5, 10), 2, 4)]).toEqual([
      0.5, -0.5, 63.5, -63.5, 20, 40, 60, 80,
    ]);
    // Two groups of 32: scales 1 and −2; nibbles 0…7 are −8…−1.
    const data = new Uint32Array(8).fill(0x76543210);
    const int4 = dequantise('int4', data, Uint32Array.of(0xc0003c00), 2, 32);
    expect([...int4.subarray(0, 9)]).toEqual([-8, -7, -6, -5, -4, -3, -2, -1, -8]);
    expect([...int4.subarray(32, 36)]).toEqual([16, 14, 12, 10]);
  });
  test('a row in signed bytes: its largest magnitude is 127', () => {
    expect(quantiseRow([-254, 1, 127, 3])).toEqual({ q: Int8Array.of(-127, 1, 64, 2), scale: 2 });
    expect(quantiseRow([0, 0])).toEqual({ q: Int8Array.of(0, 0), scale: 0 });
    expect(quantiseRow([1]).scale).toBe(Math.fround(1 / 127));
  });
});

describe('rotary positions and caches', () => {
  test('halves turn against each other, by position times frequency', () => {
    const head = Float64Array.of(1, 0, 0, 2);
    rotate(head, 3, [Math.PI / 6, Math.PI / 3]); // a quarter turn, half a turn
    expect([...head]).toEqual(near([0, 0, 1, -2]));
    const normed = Float64Array.of(3, 4);
    normHead(normed, [2, 10], 0);
    expect([...normed]).toEqual(near([6 / Math.sqrt(12.5), 40 / Math.sqrt(12.5)]));
    const soft = Float64Array.of(3, 4);
    normHead(soft, [1, 1], 12.5);
    expect([...soft]).toEqual(near([0.6, 0.8]));
  });
  test('q comes back turned, k goes turned and v as it is to (slot, position); past the context nothing is written', () => {
    const shape = { heads: 2, kvHeads: 1, headDim: 2, context: 2, inverse: [Math.PI / 2] };
    const qkv = [1, 0, 0, 1, 5, 0, 7, 8];
    const [keys, values] = [new Float64Array(8), new Float64Array(8)];
    const q = append(qkv, keys, values, { ...shape, rows: [{ slot: 1, position: 1 }] });
    expect([...q]).toEqual(near([0, 1, -1, 0]));
    expect([...keys]).toEqual(near([0, 0, 0, 0, 0, 0, 0, 5]));
    expect([...values]).toEqual([0, 0, 0, 0, 0, 0, 7, 8]);
    const [k2, v2] = [new Float64Array(8), new Float64Array(8)];
    append(qkv, k2, v2, { ...shape, rows: [{ slot: 0, position: 2 }] });
    expect([...k2, ...v2].every((v) => v === 0)).toBe(true);
    const norm = { q: [1, 2], k: [3, 1], epsilon: 0 };
    const plain = append(qkv, keys, values, {
      ...shape,
      inverse: undefined as never,
      norm,
      rows: [{ slot: 0, position: 0 }],
    });
    expect([...plain]).toEqual(near([Math.SQRT2, 0, 0, 2 * Math.SQRT2]));
    expect([...keys.subarray(0, 2), ...values.subarray(0, 2)]).toEqual(near([3 * Math.SQRT2, 0, 7, 8]));
  });
});

describe('sets and densities', () => {
  test('distances to a part of a set, and projections', () => {
    expect([...distanceSums([0, 0, 3, 0], [9, 9, 3, 4, 0, 0, 7, 7], 2, 1, 3)]).toEqual(near([5, 4 + 3]));
    expect([...projections([1, 2, 3, 4, 5, 6], [10, 1], 3, 2)]).toEqual([12, 34, 56]);
  });
  test('the denoiser of points: weights by squared distance', () => {
    // σ² = 1/(2 ln 2): a squared distance of 1 halves the weight. From 0: points at 1 (½) and −2 (1/16).
    const sigma = Math.sqrt(1 / (2 * Math.LN2));
    expect([...empiricalDenoiser([0], [1, -2], sigma, 1)]).toEqual(near([(1 / 2 - 2 / 16) / (9 / 16)]));
    expect([...empiricalDenoiser([0, 1, 5, 5], [0, 0, 0, 2], 1)].slice(0, 2)).toEqual(near([0, 1]));
    expect([...empiricalDenoiser([0, 1, 500, 500], [0, 0, 0, 2], 1)].slice(2)).toEqual(near([0, 2]));
  });
  test('the denoiser of a mixture: one component shrinks towards its mean, two by their weight and width', () => {
    const one = [{ weight: 1, mean: [1, -1] as const, std: 2 }];
    // v = 4 + 12: (12·μ + 4·x)/16.
    expect([...mixtureDenoiser([5, 3], one, Math.sqrt(12))]).toEqual(near([(12 + 20) / 16, (-12 + 12) / 16]));
    const two = [
      { weight: 0.75, mean: [0, 0] as const, std: 1 },
      { weight: 0.25, mean: [2, 0] as const, std: Math.sqrt(3) },
    ];
    // σ = 1: v = 2 and 4. At (1, 1): weights 0.75/2·e^(−2/4) and 0.25/4·e^(−2/8).
    const [w0, w1] = [(0.75 / 2) * Math.exp(-0.5), (0.25 / 4) * Math.exp(-0.25)];
    const d = (x: number, m: number) => (w0 * (x / 2) + w1 * ((m + 3 * x) / 4)) / (w0 + w1);
    expect([...mixtureDenoiser([1, 1], two, 1)]).toEqual(near([d(1, 2), d(1, 0)]));
  });
});
