// PNG files of pixels in memory, written and read back: those of the command line alone, 8 bits of red, green and blue,
// no filter. PNG (third edition), sections 4.5, 9 and 11.
import { deflateSync, inflateSync } from 'node:zlib';
import { chunksOf, crc32, withPngText } from '../formats/png.ts';
import { PNG_KEYWORD } from '../frame/config/restore.ts';
import type { Raster } from './raster.ts';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
/** 8 bits a channel, colour type 2 (RGB), deflate, adaptive filters, not interlaced. */
const KIND = [8, 2, 0, 0, 0];

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, 'latin1');
  out.set(body, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
  return out;
}

/** The picture as a file that carries `held` as the page's exports carry their experiment. */
export function pngOf({ width, height, data }: Raster, held: object): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(KIND, 8);
  const row = 3 * width;
  const lines = new Uint8Array((row + 1) * height); // each begins with its filter: 0, none
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const file = Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', new Uint8Array(0)),
  ]);
  return withPngText(file, PNG_KEYWORD, `${JSON.stringify(held, null, 1)}\n`);
}

/** The pixels of a file that pngOf wrote; undefined for any other, whatever its bytes. */
export function pixelsOf(file: Uint8Array): Raster | undefined {
  const chunks = [...chunksOf(file)];
  const header = chunks[0];
  const body = chunks.find((c) => c.type === 'IDAT');
  if (header?.type !== 'IHDR' || header.data.length !== 13 || !body) return undefined;
  if (!KIND.every((v, i) => header.data[8 + i] === v)) return undefined;
  const view = new DataView(header.data.buffer, header.data.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const row = 3 * width;
  try {
    const lines = inflateSync(body.data, { maxOutputLength: (row + 1) * height });
    if (lines.length !== (row + 1) * height) return undefined;
    const data = new Uint8Array(row * height);
    for (let y = 0; y < height; y++) {
      if (lines[y * (row + 1)] !== 0) return undefined;
      data.set(lines.subarray(y * (row + 1) + 1, (y + 1) * (row + 1)), y * row);
    }
    return { width, height, data };
  } catch {
    return undefined;
  }
}
