// Drawn points as text: int16 steps of 1/4096 data unit, little-endian x,y pairs, base64url. Range ±8, 5.3 characters a
// point.
import { MAX_POINTS } from './fields.ts';
import { fromBase64Url, toBase64Url } from '../../../core/base64.ts';

export type Point = readonly [x: number, y: number];
const STEP = 4096;
const snap = (v: number) => Math.max(-32768, Math.min(32767, Math.round(v * STEP))) / STEP + 0;

/** The nearest point that a link can hold: |x| < 8, 1/4096 apart. Drawing snaps, so that links are exact. */
export const snapPoint = ([x, y]: Point): Point => [snap(x), snap(y)];

export function formatPoints(points: readonly Point[]): string {
  const words = Int16Array.from(points.flatMap(([x, y]) => [snap(x) * STEP, snap(y) * STEP]));
  const bytes = new Uint8Array(words.length * 2);
  const view = new DataView(bytes.buffer);
  words.forEach((w, i) => view.setInt16(2 * i, w, true));
  return toBase64Url(bytes);
}

/** The points, or the reason why the text holds none. */
export function parsePoints(text: string): readonly Point[] | string {
  const bytes = fromBase64Url(text);
  if (!bytes) return 'it is not base64url text';
  if (bytes.length % 4 !== 0) return `its ${bytes.length} bytes are not whole points of 4 bytes`;
  const n = bytes.length / 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (n > MAX_POINTS) return `it holds ${n} points; at most ${MAX_POINTS} are allowed`;
  return Array.from(
    { length: n },
    (_, i) => [view.getInt16(4 * i, true) / STEP, view.getInt16(4 * i + 2, true) / STEP] as const,
  );
}
