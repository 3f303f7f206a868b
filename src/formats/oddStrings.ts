// Only tests import this: the thousand odd strings of training/golden-tokenizers/odd.py, and digests of what is made of them.
import { readFileSync } from 'node:fs';
import { full } from '../core/testing.ts';

const folder = new URL('../../training/golden-tokenizers/', import.meta.url);
export const readOdd = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** The same strings as in odd.py: see there. */
export const oddStrings: readonly string[] = (() => {
  const { parts, ranges } = readOdd('odd-parts.json') as { parts: string[]; ranges: [number, number][] };
  return Array.from({ length: 1000 }, (_, i) => {
    let state = (Math.imul(i, 2654435761) + 12345) >>> 0;
    const pick = (n: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 16) % n;
    };
    let text = '';
    for (let left = 1 + pick(14); left > 0; left--) {
      if (pick(9) === 0) {
        const [lo, hi] = ranges[pick(ranges.length)]!;
        text += String.fromCodePoint(lo + pick(hi - lo + 1));
      } else text += parts[pick(parts.length)]!;
    }
    return text;
  });
})();

/** 24 bits of FNV-1a over whole numbers. */
function digest(values: Iterable<number>): number {
  let h = 2166136261;
  for (const v of values) h = Math.imul(h ^ v, 16777619) >>> 0;
  return h & 0xffffff;
}
export const idsDigest = (ids: readonly number[]): number => digest(ids);
export const textDigest = (text: string): number =>
  digest(Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)));

/** Digests as odd.py packs them: three bytes each, in base64. */
export function digestsOf(packed: string): readonly number[] {
  const bytes = Buffer.from(packed, 'base64');
  return Array.from({ length: bytes.length / 3 }, (_, i) => bytes.readUIntLE(3 * i, 3));
}

/** The strings whose digest is another, at most `most` of them; of every fourth string, or in the full tier of all. */
export function wrong(want: string, got: (text: string) => number, most = 5): string[] {
  const digests = digestsOf(want);
  return oddStrings.filter((text, i) => (full || i % 4 === 0) && digests[i] !== got(text)).slice(0, most);
}
