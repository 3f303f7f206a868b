/** What matvec, gate_up and qkv_append share: the versions of rowDots.ts and what they load. */
import type { WeightFormat } from '../../core/weightFormat.ts';
import type { RowSize } from '../linear/rowDots.ts';
import { versionsOf } from './harness.ts';
import { bytesOf } from './packedLinear.ts';

export const rowDotsVersions = versionsOf('row_dots');

/** The compilation that serves so many rows. */
export const sizeFor = (rows: number): RowSize => ([1, 2, 4, 8] as const).find((s) => s >= rows) ?? 8;

/**
 * Loads of one weight row's scales: int4 asks a word for each eight columns (or for each 32), int8 one (each lane that
 * sums: 32 of them, taken so for subgroups).
 */
const scaleLoads: Readonly<Record<string, (format: WeightFormat, k: number) => number>> = {
  '1.naive': (format, k) => (format === 'int4' ? k / 8 : format === 'int8' ? 1 : 0),
  '2.lanes': (format, k) => (format === 'int4' ? k / 32 : format === 'int8' ? 1 : 0),
  '3.tree': (format, k) => (format === 'int4' ? k / 8 : format === 'int8' ? 32 : 0),
  '4.subgroup': (format, k) => (format === 'int4' ? k / 8 : format === 'int8' ? 32 : 0),
  '5.steps': (format, k) => (format === 'int4' ? k / 32 : format === 'int8' ? 1 : 0),
  '6.handed': (format, k) => (format === 'int4' ? k / 32 : format === 'int8' ? 1 : 0),
  '7.groups': (format, k) => (format === 'int4' ? k / 32 : format === 'int8' ? 1 : 0),
};

/**
 * Bytes of weights, scales and x that are loaded for `quads` of four weight rows: naive brings x to every weight row,
 * the others to a quad, and 6.handed and 7.groups a quarter to each of four quads.
 */
export function rowDotsLoads(version: string, format: WeightFormat, quads: number, rows: number, k: number): number {
  const quad = 4 * (bytesOf(format, k) + 4 * (scaleLoads[version]?.(format, k) ?? NaN));
  return version === '1.naive'
    ? quads * rows * (quad + 4 * 4 * k)
    : quads * (quad + sizeFor(rows) * (version === '6.handed' || version === '7.groups' ? 1 : 4) * k);
}
