// All texts of a PNG, compressed or not: what other programs write about a picture.
import { chunksOf, textChunk } from './png.ts';

/** Bytes that one text may have once it is unpacked. */
const MOST = 8 * 1024 * 1024;
const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;

export interface PngTexts {
  /** By keyword, the first of each. */
  readonly texts: ReadonlyMap<string, string>;
  /** Why a text is not among them, as sentences. */
  readonly faults: readonly string[];
}

/** zlib's data unpacked, as far as `most` bytes; null where there are more. */
async function inflate(body: Uint8Array, most: number): Promise<Uint8Array | null> {
  const source = new Blob([body as Uint8Array<ArrayBuffer>]).stream();
  const reader = source.pipeThrough(new DecompressionStream('deflate')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The texts of a file under some keywords; none of a file that is no PNG. Never throws: a text that is damaged, or that
 * unpacks to more than `most` bytes, is left out with a sentence that says so.
 */
export async function pngTexts(file: Uint8Array, keywords: readonly string[], most = MOST): Promise<PngTexts> {
  const texts = new Map<string, string>();
  const faults: string[] = [];
  for (const chunk of chunksOf(file)) {
    const text = textChunk(chunk);
    if (!text || !keywords.includes(text.keyword) || texts.has(text.keyword)) continue;
    const tooLong = `The text “${text.keyword}” has more than ${megabytes(most)} and is not read.`;
    if (!text.compressed) {
      if (text.body.length > most) faults.push(tooLong);
      else texts.set(text.keyword, text.decode(text.body));
      continue;
    }
    const body = await inflate(text.body, most).catch(() => undefined);
    if (body) texts.set(text.keyword, text.decode(body));
    else faults.push(body === null ? tooLong : `The text “${text.keyword}” is damaged: it cannot be unpacked.`);
  }
  return { texts, faults };
}
