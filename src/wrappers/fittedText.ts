// Numbers that a wrapper was fitted with, as a link carries them: `30.16.d6b72db5.` and the columns in base64.
import { fromBase64Url, toBase64Url } from '../core/base64.ts';
import type { Fitted } from '../samplers/contenders/wrapping.ts';

/** As a link has them: single precision. */
export const roundFitted = (f: Fitted): Fitted => ({
  ...f,
  columns: f.columns.map((column) => column.map(Math.fround)),
});

export const formatFitted = ({ evaluations, samples, model, columns }: Fitted): string =>
  [evaluations, samples, model, toBase64Url(new Uint8Array(Float32Array.from(columns.flat()).buffer))].join('.');

const MOST = 1000;
const whole = (text: string | undefined, most: number): number => {
  const v = /^\d{1,7}$/.test(text ?? '') ? Number(text) : 0;
  return v <= most ? v : 0;
};

/** A fit of so many columns, or why the text is none. Never throws. */
export function parseFitted(text: string, columns: number): Fitted | string {
  if (columns === 0) return 'it is not fitted to anything';
  const [a, b, model = '', numbers = ''] = text.split('.');
  const evaluations = whole(a, MOST);
  const samples = whole(b, 1e6);
  const bytes = fromBase64Url(numbers);
  if (evaluations === 0 || samples === 0 || !/^[a-z0-9_]{1,20}$/.test(model)) return 'its fit cannot be read';
  if (bytes?.length !== evaluations * columns * 4)
    return `a fit of ${evaluations} evaluations holds ${columns} numbers of each`;
  const values = [...new Float32Array(bytes.slice().buffer)];
  if (values.some((v) => !Number.isFinite(v))) return 'its fit holds something that is no number';
  return {
    evaluations,
    samples,
    model,
    columns: Array.from({ length: columns }, (_, c) => values.slice(c * evaluations, (c + 1) * evaluations)),
  };
}
