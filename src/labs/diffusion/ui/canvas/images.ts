// Draws image grids: a contender's own tiles, the difference to the reference, or the same samples of all contenders in
// rows.
import { lastFrame, shownFrame, type Track } from '../../state/frames.ts';
import type { Frame } from '../../state/types.ts';

type ImageFrame = Extract<Frame, { kind: 'image' }>;
const asImage = (frame: Frame | null | undefined): ImageFrame | undefined =>
  frame?.kind === 'image' ? frame : undefined;

const cache = new WeakMap<ImageFrame, HTMLCanvasElement>();
function bitmap(frame: ImageFrame): HTMLCanvasElement {
  const kept = cache.get(frame);
  if (kept) return kept;
  const canvas = document.createElement('canvas');
  canvas.width = frame.width;
  canvas.height = frame.height;
  canvas.getContext('2d')!.putImageData(new ImageData(frame.rgba, frame.width, frame.height), 0, 0);
  cache.set(frame, canvas);
  return canvas;
}

/** |a − b| of the colours, opaque; what the reader sees as the difference when the run sent none. */
export function absoluteDifference(a: ImageFrame, b: ImageFrame): ImageFrame {
  const rgba = new Uint8ClampedArray(a.rgba.length);
  for (let i = 0; i < rgba.length; i++) rgba[i] = i % 4 === 3 ? 255 : Math.abs(a.rgba[i]! - (b.rgba[i] ?? 0));
  return { ...a, rgba };
}

function toShow(
  track: Track,
  reference: Track | undefined,
  position: number | null,
  difference: boolean,
): ImageFrame | undefined {
  const shown = asImage(shownFrame(track, position)?.frame);
  if (!difference || !shown) return shown;
  const own = position === null ? asImage(track.difference) : undefined;
  const target = asImage(lastFrame(reference)?.frame);
  return own ?? (target ? absoluteDifference(shown, target) : shown);
}

/** The largest whole picture that fits, centred; returns the step that is shown. */
export function drawImages(
  ctx: CanvasRenderingContext2D,
  size: number,
  track: Track | undefined,
  reference: Track | undefined,
  position: number | null,
  difference: boolean,
): { step: number; sigma: number } | null {
  const shown = shownFrame(track, position);
  const frame = track && toShow(track, reference, position, difference);
  if (!shown || !frame) return null;
  const scale = Math.min(size / frame.width, size / frame.height);
  const w = frame.width * scale;
  const h = frame.height * scale;
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(bitmap(frame), (size - w) / 2, (size - h) / 2, w, h);
  return shown;
}

/** Sample i of every track in column i: rows are contenders. */
export function drawBySample(
  ctx: CanvasRenderingContext2D,
  width: number,
  rowHeight: number,
  tracks: readonly (Track | undefined)[],
  reference: Track | undefined,
  position: number | null,
  difference: boolean,
): void {
  ctx.imageSmoothingEnabled = false;
  for (const [row, track] of tracks.entries()) {
    const frame = track && toShow(track, reference, position, difference && track !== reference);
    if (!frame) continue;
    const image = bitmap(frame);
    const rows = Math.floor(frame.height / frame.tile);
    const count = Math.min(frame.columns * rows, Math.floor(width / rowHeight));
    for (let i = 0; i < count; i++) {
      const sx = (i % frame.columns) * frame.tile;
      const sy = Math.floor(i / frame.columns) * frame.tile;
      ctx.drawImage(
        image,
        sx,
        sy,
        frame.tile,
        frame.tile,
        i * rowHeight,
        row * rowHeight,
        rowHeight - 2,
        rowHeight - 2,
      );
    }
  }
}
