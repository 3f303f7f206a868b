// Draws image grids: a contender's own tiles, the difference to the reference, or the same samples of all contenders in
// rows.
import { lastFrame, shownFrame, type Track } from '../../state/frames.ts';
import type { Camera } from '../../../../frame/state/camera.ts';
import { heatImage, magnitudes } from '../../../../frame/ui/canvas/difference.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { through } from '../../../../frame/ui/canvas/plane.ts';
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

export interface ImagesLook {
  readonly position: number | null;
  readonly difference: boolean;
  readonly gain: number;
  readonly camera: Camera;
  readonly sample: number | null;
}

const heated = new WeakMap<
  ImageFrame,
  { readonly other: ImageFrame; readonly gain: number; readonly as: ImageFrame }
>();
function differenceOf(shown: ImageFrame, other: ImageFrame, gain: number): ImageFrame {
  const kept = heated.get(shown);
  if (kept?.other === other && kept.gain === gain) return kept.as;
  const as = { ...shown, rgba: heatImage(magnitudes(shown, other), gain) };
  heated.set(shown, { other, gain, as });
  return as;
}

/** A track's own picture, or its difference to where `against` ended. */
function toShow(track: Track, against: Track | undefined, look: ImagesLook): ImageFrame | undefined {
  const shown = asImage(shownFrame(track, look.position)?.frame);
  const target = asImage(lastFrame(against)?.frame);
  return look.difference && shown && target ? differenceOf(shown, target, look.gain) : shown;
}

/** Where a picture lies in a square canvas: the largest that fits, centred. */
function placed(size: number, frame: ImageFrame) {
  const scale = Math.min(size / frame.width, size / frame.height);
  return { scale, left: (size - frame.width * scale) / 2, top: (size - frame.height * scale) / 2 };
}

/** The largest whole picture that fits, seen through the camera; returns the step that is shown. */
export function drawImages(
  ctx: CanvasRenderingContext2D,
  size: number,
  track: Track | undefined,
  against: Track | undefined,
  look: ImagesLook,
): { step: number; sigma: number; outside: number } | null {
  const shown = shownFrame(track, look.position);
  const frame = track && toShow(track, against, look);
  if (!shown || !frame) return null;
  const { scale, left, top } = placed(size, frame);
  ctx.save();
  through(ctx, size, look.camera);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(bitmap(frame), left, top, frame.width * scale, frame.height * scale);
  if (look.sample !== null) {
    const x = left + (look.sample % frame.columns) * frame.tile * scale;
    const y = top + Math.floor(look.sample / frame.columns) * frame.tile * scale;
    const width = 2 / look.camera.zoom;
    ctx.lineWidth = width;
    ctx.strokeStyle = palette().contenders[1]!;
    ctx.strokeRect(x + width / 2, y + width / 2, frame.tile * scale - width, frame.tile * scale - width);
  }
  ctx.restore();
  return { step: shown.step, sigma: shown.sigma, outside: 0 };
}

/** The sample whose tile lies at a place of the canvas. */
export function tileAt(
  size: number,
  camera: Camera,
  track: Track | undefined,
  samples: number,
  px: number,
  py: number,
): number | null {
  const frame = asImage(lastFrame(track)?.frame);
  if (!frame) return null;
  const { scale, left, top } = placed(size, frame);
  const at = (p: number, middle: number) => ((p / size - 0.5) / camera.zoom + middle) * size;
  const column = Math.floor((at(px, camera.x) - left) / (frame.tile * scale));
  const row = Math.floor((at(py, camera.y) - top) / (frame.tile * scale));
  const sample = row * frame.columns + column;
  return column >= 0 && column < frame.columns && row >= 0 && sample < samples ? sample : null;
}

/** Samples beside each other: as many as are wanted at this height, each as large as the width then allows. */
export function bySample(width: number, samples: number, wanted = 72, largest = 160): { count: number; tile: number } {
  const count = Math.max(1, Math.min(samples, Math.floor(width / wanted)));
  return { count, tile: Math.min(largest, Math.floor(width / count)) };
}

/** Sample i of every track in column i: rows are contenders. */
export function drawBySample(
  ctx: CanvasRenderingContext2D,
  { count, tile }: { readonly count: number; readonly tile: number },
  tracks: readonly (Track | undefined)[],
  reference: Track | undefined,
  look: ImagesLook,
): void {
  ctx.imageSmoothingEnabled = false;
  for (const [row, track] of tracks.entries()) {
    const frame = track && toShow(track, reference, { ...look, difference: look.difference && track !== reference });
    if (!frame) continue;
    const image = bitmap(frame);
    for (let i = 0; i < Math.min(count, frame.columns * Math.floor(frame.height / frame.tile)); i++) {
      const from = [(i % frame.columns) * frame.tile, Math.floor(i / frame.columns) * frame.tile] as const;
      ctx.drawImage(image, ...from, frame.tile, frame.tile, i * tile, row * tile, tile - 2, tile - 2);
      if (i !== look.sample) continue;
      ctx.lineWidth = 2;
      ctx.strokeStyle = palette().contenders[1]!;
      ctx.strokeRect(i * tile + 1, row * tile + 1, tile - 4, tile - 4);
    }
  }
}
