const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));

export type PictureKind = 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'AVIF';

/** What a picture file is by its first bytes; null for anything else. */
export function pictureKind(bytes: Uint8Array): PictureKind | null {
  if (bytes[0] === 137 && ascii(bytes, 1, 8) === 'PNG\r\n\x1a\n') return 'PNG';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'JPEG';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'WebP';
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'GIF';
  return ascii(bytes, 4, 8) === 'ftyp' && /^avi[fs]$/.test(ascii(bytes, 8, 12)) ? 'AVIF' : null;
}
