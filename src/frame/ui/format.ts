// Numbers as the page writes them: few digits, a true minus sign, powers of ten as powers of ten.
const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const superscript = (n: number) =>
  (n < 0 ? '⁻' : '') + [...String(Math.abs(n))].map((d) => SUPERSCRIPT[Number(d)]).join('');
const minus = (text: string) => text.replace('-', '−');

/** Three significant digits: 0.0123, 4.56, 789, 1.2·10⁻⁵. */
export function compact(v: number, digits = 3): string {
  if (!Number.isFinite(v)) return '–';
  if (v === 0) return '0';
  const size = Math.abs(v);
  if (size >= 1e5 || size < 1e-3) {
    const [m, e] = v.toExponential(digits - 2 < 0 ? 0 : digits - 2).split('e') as [string, string];
    return `${minus(m)}·10${superscript(Number(e))}`;
  }
  const text = v.toPrecision(digits);
  // Beyond its digits a number is a whole one: 1.23e+4 is 12300.
  return minus(size >= 10 ** (digits - 1) ? String(Number(text)) : text);
}
/** For running text, where trailing zeros are noise. */
export const short = (v: number, digits = 3): string => {
  const text = compact(v, digits);
  return text.includes('·') || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
};
export function milliseconds(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 100 ? `${Math.round(ms)} ms` : `${ms.toPrecision(2)} ms`;
}
export function seconds(ms: number): string {
  if (ms < 950) return 'under a second';
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** An axis label: 0.05, 1, 20, 10⁻⁴. */
export function tickLabel(v: number): string {
  if (v === 0) return '0';
  const e = Math.round(Math.log10(Math.abs(v)));
  const exact = Math.abs(Math.abs(v) / 10 ** e - 1) < 1e-9;
  if (exact && (e >= 4 || e <= -3)) return `10${superscript(e)}`;
  if (Math.abs(v) < 1e-2 || Math.abs(v) >= 1e6) {
    const [m, x] = Number(v.toPrecision(3)).toExponential().split('e') as [string, string];
    return `${minus(m)}·10${superscript(Number(x))}`;
  }
  if (Math.abs(v) >= 1e4) return minus(String(Math.round(v))).replace(/\B(?=(\d{3})+$)/g, '\u2009');
  return minus(String(Number(v.toPrecision(6))));
}
/** σ values of a schedule. */
export function sigmaText(s: number): string {
  if (s === 0) return '0';
  if (s >= 100) return s.toFixed(0);
  if (s >= 10) return s.toFixed(1);
  if (s >= 1) return s.toFixed(2);
  return s >= 0.1 ? s.toFixed(3) : s.toPrecision(2);
}

/** Three significant digits without powers of ten: 1.23, 45.6, 789. */
export function three(v: number): string {
  if (v >= 99.95) return String(Math.round(v));
  return v >= 9.995 ? v.toFixed(1) : v.toFixed(2);
}
/** Decimal units, as files are counted: 12 B, 1.02 kB, 1.05 MB, 2.00 GB. */
export function bytes(n: number): string {
  if (n >= 999.5e6) return `${three(n / 1e9)} GB`;
  if (n >= 999.5e3) return `${three(n / 1e6)} MB`;
  return n >= 999.5 ? `${three(n / 1e3)} kB` : `${n} B`;
}
