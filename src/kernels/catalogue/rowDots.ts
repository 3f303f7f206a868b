/** What matvec, gate_up and qkv_append share: the versions of rowDots.ts and what they load. */
import type { WeightFormat } from '../../core/weightFormat.ts';
import type { RowSize } from '../linear/rowDots.ts';
import { versionsOf } from './harness.ts';
import { bytesOf } from './packedLinear.ts';

export const rowDotsVersions = versionsOf('row_dots');

/** The compilation that serves so many rows. */
export const sizeFor = (rows: number): RowSize => ([1, 2, 4, 8] as const).find((s) => s >= rows) ?? 8;

type ScaleLoads = (format: WeightFormat, k: number) => number;
/** int4 asks a word for each so many columns, int8 so many words. */
const scales =
  (columns: number, int8: number): ScaleLoads =>
  (format, k) => {
    if (format === 'int4') return k / columns;
    return format === 'int8' ? int8 : 0;
  };
/**
 * Loads of one weight row's scales: int4 asks a word for each eight columns (or for each 32), int8 one (each lane that
 * sums: 32 of them, taken so for subgroups).
 */
const scaleLoads: Readonly<Record<string, ScaleLoads>> = {
  '1.naive': scales(8, 1),
  '2.lanes': scales(32, 1),
  '3.tree': scales(8, 32),
  '4.subgroup': scales(8, 32),
  '5.steps': scales(32, 1),
  '6.handed': scales(32, 1),
  '7.groups': scales(32, 1),
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
