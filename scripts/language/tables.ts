// Formatting shared by all parts of the measurement.
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};
/** Three significant digits. */
export const short = (v: number | null): string => {
  if (v === null) return '–';
  if (!Number.isFinite(v)) return String(v);
  if (v !== 0 && Math.abs(v) < 1e-3) return v.toExponential(1);
  return Math.abs(v) >= 100 ? v.toFixed(0) : String(Number(v.toPrecision(3)));
};
/** The header of a Markdown table, with its separator line. */
export const head = (...titles: readonly string[]): void =>
  console.log(`\n| ${titles.join(' | ')} |\n|${titles.map(() => '---').join('|')}|`);
export const row = (...cells: readonly (string | number | null)[]): void =>
  console.log(`| ${cells.map((c) => (typeof c === 'string' ? c : short(c))).join(' | ')} |`);
