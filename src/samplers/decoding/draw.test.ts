import { expect, test } from 'vitest';
import { uniforms } from '../../math/uniform.ts';
import { argMax, checkLogits, descending, draw, entropy, logSoftmax, softmax } from './draw.ts';

test('softmax and log-softmax: by hand, far from zero, with removed tokens', () => {
  expect([...softmax([Math.log(3), 0])]).toEqual([expect.closeTo(0.75, 15), expect.closeTo(0.25, 15)]);
  expect([...softmax([1e300, 1e300, -Infinity])]).toEqual([0.5, 0.5, 0]);
  expect(logSoftmax([0, -1000])[1]).toBeCloseTo(-1000, 12);
  expect(logSoftmax([0, -Infinity])[1]).toBe(-Infinity);
});

test('entropy in nats: uniform ln n, certain 0', () => {
  expect(entropy([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(Math.log(4), 15);
  expect(entropy([0, 1, 0])).toBe(0);
});

test('arg max is the first of equals', () => {
  expect(argMax([1, 5, 5, 2])).toBe(1);
  expect(argMax([-Infinity, -Infinity])).toBe(-1);
});

test('bad logits are named', () => {
  expect(() => checkLogits([0, NaN, 1])).toThrow('The model gave NaN for token 1');
  expect(() => checkLogits([0, 1, Infinity])).toThrow('+Infinity for token 2');
  expect(() => checkLogits([-Infinity, -Infinity])).toThrow('−Infinity for all 2 tokens');
  expect(() => checkLogits([])).toThrow('no logits');
  expect(() => checkLogits([-Infinity, 3])).not.toThrow();
});

test('the order: larger first, equal by index; the counting sort agrees with the comparison sort', () => {
  expect([...descending([1, 3, -Infinity, 3, 0, -0, NaN])]).toEqual([1, 3, 0, 4, 5]);
  const row = Float64Array.from(uniforms(7, 0, 5000), (u, i) => {
    if (i % 11 === 0) return -Infinity;
    if (i % 7 === 0) return 0 * (u - 0.5); // zeros of both signs
    return Math.tan(Math.PI * (u - 0.5)) * (i % 3 === 0 ? 1e-300 : 1);
  });
  const want = [...row.keys()].filter((i) => row[i]! > -Infinity).sort((a, b) => row[b]! - row[a]! || a - b);
  expect([...descending(row)]).toEqual(want);
  const f32 = Float32Array.from(row.map((v) => Math.fround(v)));
  expect([...descending(f32)]).toEqual(
    [...f32.keys()].filter((i) => f32[i]! > -Infinity).sort((a, b) => f32[b]! - f32[a]! || a - b),
  );
});

test('50 257 tokens are ordered in milliseconds', () => {
  const row = Float64Array.from(uniforms(1, 0, 50257), (u) => Math.fround(10 * Math.log(u + 1e-9)));
  for (let i = 0; i < 3; i++) descending(row);
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    descending(row);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(10);
});

test('the draw is the inverse distribution function in that order', () => {
  const p = Float64Array.of(0.125, 0.5, 0.125, 0.25); // order: 1, 3, 0, 2
  for (const [u, token] of [
    [0, 1],
    [0.4999, 1],
    [0.5, 3],
    [0.7499, 3],
    [0.75, 0],
    [0.8749, 0],
    [0.875, 2],
    [0.9999, 2],
  ] as const)
    expect(draw(p, u)).toBe(token);
  expect(draw(Float64Array.of(0, 1, 0), 0)).toBe(1);
});

test('mass lost to rounding goes to the last token with mass; nonsense is refused', () => {
  expect(draw(Float64Array.of(0.4, 0.3, 0.2999, 0), 0.99999)).toBe(2);
  expect(() => draw(Float64Array.of(1), 1)).toThrow('[0, 1)');
  expect(() => draw(Float64Array.of(1), NaN)).toThrow('[0, 1)');
  expect(() => draw(Float64Array.of(0, 0), 0.5)).toThrow('no mass');
});
