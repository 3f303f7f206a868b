// How the numbers of one column are written, so that they can be compared down the column.
import { compact } from './format.ts';

/** Fixed decimals while the column spans few decades (so that the points align), powers of ten otherwise. */
export function columnFormat(values: readonly (number | null)[], digits = 3): (v: number) => string {
  const sizes = values.filter((v): v is number => v !== null && Number.isFinite(v) && v !== 0).map(Math.abs);
  if (sizes.length === 0) return (v) => compact(v, digits);
  const smallest = sizes.reduce((a, b) => Math.min(a, b));
  const largest = sizes.reduce((a, b) => Math.max(a, b));
  if (smallest < 2e-5 || largest >= 1e6 || largest / smallest > 2e4) return (v) => compact(v, digits);
  const decimals = Math.max(
    0,
    Math.min(6, digits - 1 - Math.floor(Math.log10(smallest)), Math.max(2, 6 - Math.floor(Math.log10(largest)))),
  );
  return (v) => (Number.isFinite(v) ? v.toFixed(decimals).replace('-', '−') : compact(v));
}
