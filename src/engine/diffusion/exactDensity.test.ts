import { expect, test } from 'vitest';
import { exactTarget, targetLogDensity } from '../../models/target.ts';
import { exactDensity } from './exactDensity.ts';

test('a Gaussian on its raster: rows from the bottom, the largest cell 1, the rest by exp(−r²/2σ²)', () => {
  // Cells of width 0.5 on [−1, 1]²: middles at −0.75, −0.25, 0.25, 0.75.
  const log = (x: Float64Array) =>
    Float64Array.from({ length: x.length / 2 }, (_, i) => -((x[2 * i]! - 0.25) ** 2 + (x[2 * i + 1]! + 0.75) ** 2) / 2);
  const { size, values } = exactDensity(log, 1, 4);
  expect(size).toBe(4);
  expect(values[2]).toBe(1);
  expect(values[0]).toBeCloseTo(Math.exp(-0.5), 6);
  expect(values[3 * 4 + 2]).toBeCloseTo(Math.exp(-(1.5 ** 2) / 2), 6);
});

test('eight equal Gaussians have eight equal hills', () => {
  const target = exactTarget({ model: 'ring8', points: [] })!;
  const { size, values } = exactDensity((x) => targetLogDensity(target, x, 0), 3, 120);
  // A quarter turn maps cell (x, y) to (size − 1 − y, x) and the ring to itself.
  for (let i = 0; i < values.length; i += 7) {
    const [x, y] = [i % size, Math.floor(i / size)];
    expect(values[x * size + (size - 1 - y)]).toBeCloseTo(values[i]!, 5);
  }
  expect(Math.max(...values)).toBe(1);
});
