// Pictures that runs start from, with a stand-in for the browser's decoder and canvas.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultPictures } from '../config/defaults.ts';
import { editShared, experimentStore, load, undo } from './experimentStore.ts';
import { notices } from './notices.ts';
import { startInstead, tellOpened } from './restore.ts';
import { startFrom, startPixels, startStore } from './start.ts';

interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly byte: number;
}
/** How the last picture was drawn onto its canvas. */
let drawn: readonly number[] = [];
class Canvas {
  #byte = 0;
  getContext() {
    return {
      drawImage: (bitmap: Bitmap, ...place: number[]) => {
        this.#byte = bitmap.byte;
        drawn = place;
      },
      getImageData: (_x: number, _y: number, width: number, height: number) => ({
        data: new Uint8ClampedArray(4 * width * height).fill(this.#byte),
        width,
        height,
      }),
    };
  }
}
vi.stubGlobal('OffscreenCanvas', Canvas);
/** A file whose first byte is its colour, and the others its size. */
vi.stubGlobal('createImageBitmap', async (file: Blob): Promise<Bitmap> => {
  const [byte, width, height] = new Uint16Array(await file.arrayBuffer());
  if (width === undefined || byte! > 255) throw new Error('the source image cannot be decoded');
  return { byte: byte!, width, height: height! };
});
const file = (byte: number, width = 20, height = 10) => new Blob([Uint16Array.of(byte, width, height)]);
const startOf = () => experimentStore.getState().experiment.start;

beforeEach(() => {
  startStore.setState({ pictures: [] });
  notices.store.setState({ notices: [] });
  load(defaultPictures());
});

describe('a picture that is given', () => {
  test('becomes the start, known by the hash of its pixels', async () => {
    await startFrom(file(7), 'a.png');
    const start = startOf()!;
    expect(start).toMatchObject({ name: 'a.png', sigma: 5 });
    const want = await crypto.subtle.digest('SHA-256', new Uint8Array(4 * 20 * 10).fill(7));
    expect(start.sha256).toBe(Buffer.from(want).toString('hex'));
    expect(startPixels(start, 8, 8)).toMatchObject({ width: 8, height: 8 });
    expect([...startPixels(start, 8, 8)!.rgba]).toEqual(Array.from({ length: 256 }, () => 7));
    // A link has the hash cut.
    expect(startPixels({ ...start, sha256: start.sha256.slice(0, 12) }, 8, 8)).not.toBeNull();
    expect(startPixels({ ...start, sha256: 'ffffffff' }, 8, 8)).toBeNull();
  });
  test('keeps the level that was chosen for another one', async () => {
    await startFrom(file(1), 'a.png');
    load({ ...experimentStore.getState().experiment, start: { ...startOf()!, sigma: 2 } });
    await startFrom(file(2), 'b.png');
    expect(startOf()).toMatchObject({ name: 'b.png', sigma: 2 });
  });
  test('fills the frame from its middle', async () => {
    await startFrom(file(7), 'a.png');
    startPixels(startOf()!, 10, 10);
    // Twice as wide as high: 20×10 on 10×10, five pixels lost at either side.
    expect(drawn).toEqual([-5, 0, 20, 10]);
    startPixels(startOf()!, 40, 10);
    expect(drawn).toEqual([0, -5, 40, 20]);
  });
  test('the last eight stay, each once', async () => {
    for (let i = 0; i < 9; i++) await startFrom(file(i), `${i}.png`);
    await startFrom(file(8), 'again.png');
    const names = startStore.getState().pictures.map((p) => p.name);
    expect(names).toEqual(['1.png', '2.png', '3.png', '4.png', '5.png', '6.png', '7.png', 'again.png']);
  });
});

describe('a dropped picture whose experiment was opened', () => {
  const png = new File([Uint16Array.of(7, 20, 10)], 'theirs.png');
  const notice = { kind: 'restored', title: 'It holds this experiment.', hint: 'Undo.' } as const;
  const mine = { ...defaultPictures(), prompt: 'blue hair' };
  const theirs = { ...defaultPictures(), prompt: 'red hair', seed: 9 };

  test('is the start instead at one press: the experiment before is back, and the picture its start', async () => {
    load(mine);
    load(theirs);
    tellOpened(png, notice, mine);
    expect(notices.store.getState().notices).toMatchObject([{ ...notice, actions: ['asStartInstead'] }]);
    await startInstead();
    const { experiment, past } = experimentStore.getState();
    expect(experiment).toEqual({ ...mine, start: expect.objectContaining({ name: 'theirs.png', sigma: 5 }) });
    expect(past.at(-1)!.experiment).toBe(mine);
    expect(notices.store.getState().notices).toMatchObject([
      { kind: 'restored', title: '“theirs.png” is what runs start from now.' },
    ]);
  });
  test('also after edits of it, which are an undo away', async () => {
    load(mine);
    load(theirs);
    tellOpened(png, notice, mine);
    editShared({ seed: 10 });
    await startInstead();
    expect(experimentStore.getState().experiment).toMatchObject({ prompt: 'blue hair', start: { name: 'theirs.png' } });
    undo();
    undo();
    expect(experimentStore.getState().experiment).toEqual({ ...theirs, seed: 10 });
  });
});

describe('what is none is refused, and the start stays', () => {
  test.each([
    [new Blob([]), 'it is empty'],
    [new Blob(['GIF89a, cut']), 'it begins as a GIF and cannot be decoded: it is cut short or damaged'],
    [new Blob(['hello']), 'it is no picture of a kind that is read here'],
    [file(1, 9000, 10), 'it has 9000×10 pixels; at most 8192 on a side are read'],
    [{ size: 2 ** 30 } as Blob, 'it has 1024 MiB; at most 64 are read'],
  ])('%#', async (blob, because) => {
    await startFrom(file(3), 'a.png');
    await startFrom(blob, 'b.png');
    expect(startOf()).toMatchObject({ name: 'a.png' });
    const [notice] = notices.store.getState().notices;
    expect(notice).toMatchObject({ title: `“b.png” cannot be read as a picture: ${because}.` });
  });
});
