// Draws laws of two tokens as maps side by side: a row a value of the first, a column one of the second.
import { heat } from '../../../../frame/ui/canvas/heat.ts';
import type { Frame } from '../../state/types.ts';

const GAP = 8;

const cache = new WeakMap<Uint8ClampedArray, HTMLCanvasElement>();
/** The picture's grey as the colours of magnitudes. */
function coloured({ rgba, width, height }: Extract<Frame, { kind: 'image' }>): HTMLCanvasElement {
  const kept = cache.get(rgba);
  if (kept) return kept;
  const pixels = new ImageData(width, height);
  for (let i = 0; i < rgba.length; i += 4) pixels.data.set([...heat(rgba[i]! / 255), 255], i);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  cache.set(rgba, canvas);
  return canvas;
}

/** How high `count` maps of that width are together. */
export const lawHeight = (width: number, count: number): number => (width - GAP * (count - 1)) / count;

export function drawLaws(
  ctx: CanvasRenderingContext2D,
  { x, y, width, count }: { readonly x: number; readonly y: number; readonly width: number; readonly count: number },
  frame: Frame | null,
  faint: string,
): void {
  const size = lawHeight(width, count);
  for (let i = 0; i < count; i++) {
    const left = x + i * (size + GAP);
    if (frame?.kind === 'image' && i < frame.columns) {
      ctx.imageSmoothingEnabled = false;
      ctx.drawImage(coloured(frame), i * frame.tile, 0, frame.tile, frame.height, left, y, size, size);
    } else {
      ctx.strokeStyle = faint;
      ctx.strokeRect(left + 0.5, y + 0.5, size - 1, size - 1);
    }
  }
}
