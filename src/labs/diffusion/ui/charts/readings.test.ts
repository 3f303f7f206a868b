import { expect, test } from 'vitest';
import type { Series, SeriesPoint } from '../../state/series.ts';
import { chartReadings, written } from './readings.ts';

const point = (x: number, y: number, more: Partial<SeriesPoint> = {}): SeriesPoint => ({
  steps: 6,
  seeds: 1,
  x,
  y,
  low: y,
  high: y,
  ...more,
});
const series = (slot: number, ...points: SeriesPoint[]): Series => ({ slot, points });

test('numbers by their kind: evaluations whole, times with a unit, errors of float32 in words', () => {
  expect(written(7, 'nfe')).toBe('7');
  expect(written(7.25, 'nfe')).toBe('7.25');
  expect(written(7.25, 'time')).toBe('7.3 ms');
  expect(written(0.0712, 'quality')).toBe('0.0712');
  expect(written(6e-8, 'quality')).toBe('below float32');
  expect(written(0, 'quality')).toBe('0');
});

test('all series at an abscissa, lowest first; a range only where there is one; this run beside the sweep', () => {
  const readings = chartReadings({
    series: [
      series(0, point(12, 0.3), point(40, 0.1)),
      series(1, point(11, 0.2, { seeds: 3, low: 0.1, high: 0.4, steps: 1 })),
    ],
    own: [series(0, point(12, 0.25, { seeds: 1 }))],
    x: { title: 'NFE', kind: 'nfe', place: (x) => 10 * Math.log(x) },
    y: 'quality',
    names: (slot) => `c${slot}`,
  });
  expect(readings.map((r) => r.head)).toEqual(['NFE 11 … 12', 'NFE 40']);
  expect(readings[0]!.rows.map((r) => [r.name, r.value, r.more])).toEqual([
    ['c1', '0.200', '0.100 … 0.400, 1 step'],
    ['c0', '0.250', 'this run, 6 steps'],
    ['c0', '0.300', '6 steps'],
  ]);
  expect(readings[1]!.rows.map((r) => [r.name, r.more])).toEqual([
    ['c0', '6 steps'],
    ['c1', 'at NFE 11, 0.100 … 0.400, 1 step'],
  ]);
});
