// Formatting shared by all parts of the measurement.
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length === 0 ? NaN : sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};
/** Three significant digits. */
export const short = (v: number | null): string =>
  v === null
    ? '–'
    : !Number.isFinite(v)
      ? String(v)
      : v !== 0 && Math.abs(v) < 1e-3
        ? v.toExponential(1)
        : Math.abs(v) >= 100
          ? v.toFixed(0)
          : String(Number(v.toPrecision(3)));
/** The header of a Markdown table, with its separator line. */
export const head = (...titles: readonly string[]): void =>
  console.log(`\n| ${titles.join(' | ')} |\n|${titles.map(() => '---').join('|')}|`);
export const row = (...cells: readonly (string | number | null)[]): void =>
  console.log(`| ${cells.map((c) => (typeof c === 'string' ? c : short(c))).join(' | ')} |`);
