// What a link carries so that a replayed text can be compared: one byte for each token of each text.
import { fromBase64Url, toBase64Url } from '../../../core/base64.ts';

/** How a replay compares with what its link carried. `token` counts from 0 in the generated text. */
export type LanguageReproduction =
  | { readonly verdict: 'reproduced'; readonly tokens: number }
  | { readonly verdict: 'diverged'; readonly contender: number; readonly sample: number; readonly token: number }
  | { readonly verdict: 'unreadable'; readonly because: string };

const VERSION = 'L1';
/** Bytes of all texts together; longer ones keep their first tokens and one byte for the whole. */
const MAX_BYTES = 3000;

/**
 * FNV-1a over the ids so far: byte k stands for the whole text up to token k, so a text that went another way stays
 * different.
 */
function chain(tokens: readonly number[]): { bytes: Uint8Array; whole: number } {
  const bytes = new Uint8Array(tokens.length);
  let h = 0x811c9dc5;
  for (let i = 0; i < tokens.length; i++) {
    for (let shift = 0; shift < 32; shift += 8) h = Math.imul(h ^ ((tokens[i]! >>> shift) & 0xff), 0x01000193);
    bytes[i] = (h ^ (h >>> 8) ^ (h >>> 16) ^ (h >>> 24)) & 0xff;
  }
  return { bytes, whole: h >>> 0 };
}

/** One text's share: how many tokens, the hash of them all, a byte for each of the first ones. */
function print(tokens: readonly number[], most: number): string {
  const { bytes, whole } = chain(tokens);
  const head = new Uint8Array(8 + Math.min(most, bytes.length));
  const view = new DataView(head.buffer);
  view.setUint32(0, tokens.length);
  view.setUint32(4, whole);
  head.set(bytes.subarray(0, most), 8);
  return toBase64Url(head);
}

/** texts[contender][sample] are token ids. */
export function formatLanguageFingerprint(texts: readonly (readonly (readonly number[])[])[]): string {
  const count = texts.reduce((n, t) => n + t.length, 0);
  const most = Math.floor(MAX_BYTES / Math.max(1, count));
  return [VERSION, ...texts.map((samples) => samples.map((t) => print(t, most)).join('~'))].join('.');
}

/** Compares texts with a link's record. */
export function compareLanguageFingerprint(
  record: string,
  texts: readonly (readonly (readonly number[])[])[],
): LanguageReproduction {
  const parts = record.split('.');
  if (parts[0] !== VERSION)
    return {
      verdict: 'unreadable',
      because: `its record begins with '${(parts[0] ?? '').slice(0, 12)}', not ${VERSION}`,
    };
  if (parts.length - 1 !== texts.length)
    return { verdict: 'unreadable', because: `its record is of ${parts.length - 1} contenders, not ${texts.length}` };
  let total = 0;
  for (const [contender, samples] of texts.entries()) {
    const prints = parts[contender + 1] === '' ? [] : parts[contender + 1]!.split('~');
    if (prints.length !== samples.length)
      return {
        verdict: 'unreadable',
        because: `its record of contender ${contender + 1} is of ${prints.length} samples, not ${samples.length}`,
      };
    for (const [sample, tokens] of samples.entries()) {
      const kept = fromBase64Url(prints[sample]!);
      if (!kept || kept.length < 8)
        return { verdict: 'unreadable', because: `its record of contender ${contender + 1} is damaged` };
      const view = new DataView(kept.buffer, kept.byteOffset, kept.length);
      const length = view.getUint32(0);
      const { bytes, whole } = chain(tokens);
      for (let i = 8; i < kept.length; i++)
        if (i - 8 >= bytes.length || kept[i] !== bytes[i - 8])
          return { verdict: 'diverged', contender, sample, token: i - 8 };
      if (length !== tokens.length || view.getUint32(4) !== whole)
        return { verdict: 'diverged', contender, sample, token: Math.min(kept.length - 8, tokens.length) };
      total += tokens.length;
    }
  }
  return { verdict: 'reproduced', tokens: total };
}
