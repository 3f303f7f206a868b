// Pictures that runs start from: kept while the page is open, known by the hash of their pixels.
import { createStore } from 'zustand/vanilla';
import { pictureKind } from '../../../formats/pictureKind.ts';
import { startField } from '../config/fields.ts';
import { sameHash, startName } from '../config/start.ts';
import type { StartPicture } from '../config/experiment.ts';
import { editShared, experimentStore } from './experimentStore.ts';
import { notifyFailure } from './notices.ts';
import type { Pixels } from './types.ts';

interface Kept {
  readonly name: string;
  readonly sha256: string;
  readonly bitmap: ImageBitmap;
}
export const startStore = createStore<{
  readonly pictures: readonly Kept[];
  /** How often a picture was given that the experiment had named and waited for. */
  readonly found: number;
}>(() => ({ pictures: [], found: 0 }));

const MOST_KEPT = 8;
/** Bytes of a file that is read as a picture. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_SIDE = 8192;
const megabytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);

async function hashOf(pixels: ImageData): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', pixels.data as Uint8ClampedArray<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, '0')).join('');
}

function pixelsOf(bitmap: ImageBitmap, width: number, height: number): ImageData {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  // The middle of the picture, as large as fills the frame.
  const scale = Math.max(width / bitmap.width, height / bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
  return pen.getImageData(0, 0, width, height);
}

/** Whether the picture was already the experiment's: by name from a link, which is no edit, or in use. */
async function keep(bitmap: ImageBitmap, name: string): Promise<'named' | 'chosen'> {
  const sha256 = await hashOf(pixelsOf(bitmap, bitmap.width, bitmap.height));
  const { pictures, found } = startStore.getState();
  const others = pictures.filter((p) => p.sha256 !== sha256);
  const { start } = experimentStore.getState().experiment;
  const named = start !== null && sameHash(start.sha256, sha256);
  const waited = named && others.length === pictures.length;
  startStore.setState({
    pictures: [...others, { name, sha256, bitmap }].slice(-MOST_KEPT),
    found: waited ? found + 1 : found,
  });
  if (named) return 'named';
  editShared({ start: { name: startName(name), sha256, sigma: start?.sigma ?? startField.default } });
  return 'chosen';
}

/** The picture in a file; its sentence says what the browser leaves out. */
async function decoded(file: Blob): Promise<ImageBitmap> {
  if (file.size === 0) throw new Error('it is empty');
  try {
    return await createImageBitmap(file);
  } catch {
    const kind = pictureKind(new Uint8Array(await file.slice(0, 16).arrayBuffer()));
    throw new Error(
      kind
        ? `it begins as a ${kind} and cannot be decoded: it is cut short or damaged`
        : 'it is no picture of a kind that is read here',
    );
  }
}

/** A picture of the reader's becomes what runs start from; null where it cannot be read, of which the reader is told. */
export async function startFrom(file: Blob, name: string): Promise<'named' | 'chosen' | null> {
  try {
    if (file.size > MOST_BYTES)
      throw new Error(`it has ${megabytes(file.size)} MiB; at most ${megabytes(MOST_BYTES)} are read`);
    const bitmap = await decoded(file);
    if (bitmap.width > MOST_SIDE || bitmap.height > MOST_SIDE)
      throw new Error(`it has ${bitmap.width}×${bitmap.height} pixels; at most ${MOST_SIDE} on a side are read`);
    return await keep(bitmap, name);
  } catch (thrown) {
    notifyFailure('start', {
      name: 'Error',
      message: `“${name}” cannot be read as a picture: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
      hint: 'Take a PNG, JPEG, WebP, GIF or AVIF; what runs start from stays.',
    });
    return null;
  }
}
/** A finished picture of a contender becomes what runs start from. */
export async function startFromPixels({ rgba, width, height }: Pixels, name: string): Promise<void> {
  await keep(await createImageBitmap(new ImageData(rgba, width, height)), name);
}

/** The pixels of an experiment's start at a size; null when it is not here. */
export function startPixels(start: StartPicture, width: number, height: number): Pixels | null {
  const kept = startStore.getState().pictures.find((p) => sameHash(p.sha256, start.sha256));
  if (!kept) return null;
  const { data } = pixelsOf(kept.bitmap, width, height);
  return { rgba: data as Uint8ClampedArray<ArrayBuffer>, width, height };
}
