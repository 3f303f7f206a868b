import type { Ranges } from './ast.ts';

/** One to four ranges of bytes, inclusive: a set of UTF-8 codes of equal length. */
export type ByteRanges = readonly (readonly [number, number])[];

/** Last code point that takes so many bytes. RFC 3629, section 3, https://www.rfc-editor.org/rfc/rfc3629. */
const LAST_OF = [0x7f, 0x7ff, 0xffff, 0x10ffff] as const;
const encoder = new TextEncoder();
const encode = (point: number): Uint8Array => encoder.encode(String.fromCodePoint(point));

/**
 * The UTF-8 codes of ranges of characters (no surrogates among them) as sequences of byte ranges. A range is cut until
 * its codes are a product: first and last code agree in their first bytes, and from the first byte in which they differ on
 * they run from the least to the greatest continuation.
 */
export function utf8Ranges(list: Ranges): ByteRanges[] {
  const out: ByteRanges[] = [];
  const add = (from: number, to: number): void => {
    const length = LAST_OF.findIndex((last) => from <= last) + 1;
    if (to > LAST_OF[length - 1]!) {
      add(from, LAST_OF[length - 1]!);
      return add(LAST_OF[length - 1]! + 1, to);
    }
    for (let tail = 1; tail < length; tail++) {
      const block = 64 ** tail;
      if (Math.floor(from / block) === Math.floor(to / block)) break;
      if (from % block !== 0) {
        const cut = from - (from % block) + block;
        add(from, cut - 1);
        return add(cut, to);
      }
      if (to % block !== block - 1) {
        const cut = to - (to % block);
        add(from, cut - 1);
        return add(cut, to);
      }
    }
    const [a, b] = [encode(from), encode(to)];
    out.push(Array.from(a, (byte, i) => [byte, b[i]!] as const));
  };
  for (const [from, to] of list) add(from, to);
  return out;
}
