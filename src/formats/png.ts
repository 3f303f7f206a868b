// Text in PNG files: an international text chunk (iTXt) written, and any that is not compressed read (pngTexts.ts reads
// those too). PNG (third edition), sections 5 and 11.3.3.

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const LATIN_KEYWORD = /^[\x21-\x7e](?:[\x20-\x7e]{0,77}[\x21-\x7e])?$/;

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});
/** Annex D. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Where it begins and ends in the file. */
  readonly from: number;
  readonly to: number;
}

export const isPng = (file: Uint8Array): boolean => SIGNATURE.every((byte, i) => file[i] === byte);

/** The chunks up to the first that is cut off. */
export function* chunksOf(file: Uint8Array): Generator<PngChunk> {
  if (!isPng(file)) return;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let from = SIGNATURE.length; from + 12 <= file.length;) {
    const length = view.getUint32(from);
    const to = from + 12 + length;
    if (to > file.length) return;
    const type = String.fromCharCode(...file.subarray(from + 4, from + 8));
    yield { type, data: file.subarray(from + 8, to - 4), from, to };
    from = to;
  }
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(new TextEncoder().encode(type), 4);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

/** The file with a text under a keyword, before its pixels. */
export function withPngText(file: Uint8Array, keyword: string, text: string): Uint8Array {
  if (!LATIN_KEYWORD.test(keyword)) throw new RangeError(`“${keyword}” is no keyword of a PNG text`);
  const [header] = chunksOf(file);
  if (header?.type !== 'IHDR') throw new RangeError('the file is no PNG: it does not begin with an IHDR chunk');
  const encode = new TextEncoder();
  // Keyword, 0; not compressed, 0; no language, 0; no translated keyword, 0; the text in UTF-8.
  const data = Uint8Array.of(...encode.encode(keyword), 0, 0, 0, 0, 0);
  const body = encode.encode(text);
  const whole = new Uint8Array(data.length + body.length);
  whole.set(data);
  whole.set(body, data.length);
  const made = chunk('iTXt', whole);
  const out = new Uint8Array(file.length + made.length);
  out.set(file.subarray(0, header.to));
  out.set(made, header.to);
  out.set(file.subarray(header.to), header.to + made.length);
  return out;
}

/** ISO 8859-1, which the platform's decoder of that name is not. */
const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
};

export interface TextChunk {
  readonly keyword: string;
  readonly body: Uint8Array;
  /** By zlib's method. */
  readonly compressed: boolean;
  readonly decode: (body: Uint8Array) => string;
}

const utf8 = (body: Uint8Array) => new TextDecoder().decode(body);

/** What a chunk of text holds; undefined for one of another kind and for one that is damaged. */
export function textChunk({ type, data }: PngChunk): TextChunk | undefined {
  if (type !== 'iTXt' && type !== 'tEXt' && type !== 'zTXt') return undefined;
  const end = data.indexOf(0);
  if (end < 1 || end > 79) return undefined;
  const keyword = latin1(data.subarray(0, end));
  if (type === 'tEXt') return { keyword, body: data.subarray(end + 1), compressed: false, decode: latin1 };
  // The one method that there is has the number 0.
  if (type === 'zTXt')
    return data[end + 1] === 0
      ? { keyword, body: data.subarray(end + 2), compressed: true, decode: latin1 }
      : undefined;
  const compressed = data[end + 1] === 1;
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0 || data[end + 1]! > 1 || (compressed && data[end + 2] !== 0)) return undefined;
  return { keyword, body: data.subarray(translated + 1), compressed, decode: utf8 };
}

/** The text under a keyword, if an uncompressed text chunk holds one; undefined for anything else, whatever the bytes. */
export function pngText(file: Uint8Array, keyword: string): string | undefined {
  for (const chunk of chunksOf(file)) {
    const text = textChunk(chunk);
    if (text?.keyword === keyword && !text.compressed) return text.decode(text.body);
  }
  return undefined;
}
