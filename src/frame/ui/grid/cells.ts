// How one cell of a board is painted: its picture, its number as a colour, or why there is none.
import { heat } from '../canvas/heat.ts';
import type { Palette } from '../canvas/palette.ts';
import { toPixelX, toPixelY } from '../canvas/plane.ts';
import type { Picture } from '../../../engine/diffusion/tiles.ts';
import { cut, type Box } from './Board.tsx';

export type CellState = 'waiting' | 'working' | 'skipped' | 'failed' | 'done';

type Image = Extract<Picture, { kind: 'image' }>;
const bitmaps = new WeakMap<Image, HTMLCanvasElement>();
function bitmap(frame: Image): HTMLCanvasElement {
  const known = bitmaps.get(frame);
  if (known) return known;
  const canvas = document.createElement('canvas');
  canvas.width = frame.width;
  canvas.height = frame.height;
  canvas.getContext('2d')!.putImageData(new ImageData(frame.rgba, frame.width, frame.height), 0, 0);
  bitmaps.set(frame, canvas);
  return canvas;
}

/** A cell without a result: empty while it waits, hatched where a rule leaves it out, named where it failed. */
export function paintNone(ctx: CanvasRenderingContext2D, state: CellState, box: Box, colours: Palette): void {
  const { x, y, width, height } = box;
  ctx.strokeStyle = colours.faint;
  ctx.lineWidth = 1;
  ctx.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  if (state === 'waiting' || state === 'working') return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  if (state === 'skipped') {
    ctx.beginPath();
    for (let at = -height; at < width; at += 7) {
      ctx.moveTo(x + at, y + height);
      ctx.lineTo(x + at + height, y);
    }
    ctx.stroke();
  } else {
    ctx.fillStyle = colours.warn;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillText(cut(ctx, width > 44 ? 'failed' : '✕', width - 2), x + width / 2, y + height / 2);
  }
  ctx.restore();
}

/** A picture in the middle of its cell, as large as it fits; points in a plane of half-width `view`. */
export function paintPicture(
  ctx: CanvasRenderingContext2D,
  frame: Picture,
  box: Box,
  { view, colour, colours }: { readonly view: number; readonly colour: string; readonly colours: Palette },
): void {
  const side = Math.min(box.width, box.height);
  const left = box.x + (box.width - side) / 2;
  const top = box.y + (box.height - side) / 2;
  ctx.fillStyle = colours.paper;
  ctx.fillRect(left, top, side, side);
  if (frame.kind === 'image') {
    const scale = Math.min(side / frame.width, side / frame.height);
    const [width, height] = [frame.width * scale, frame.height * scale];
    ctx.imageSmoothingEnabled = scale < 1;
    ctx.drawImage(bitmap(frame), left + (side - width) / 2, top + (side - height) / 2, width, height);
    return;
  }
  ctx.strokeStyle = colours.faint;
  ctx.lineWidth = 1;
  ctx.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
  ctx.drawImage(stampOf(frame, side, view, colour, ctx.getTransform().a), left, top, side, side);
}

type Points = Extract<Picture, { kind: 'points' }>;
/** Points drawn once, the newest last; as many as a large screen shows at once, so that memory stays flat. */
const stamps = new Map<Points, { readonly key: string; readonly canvas: HTMLCanvasElement }>();
const MOST_STAMPS = 400;

function stampOf(frame: Points, side: number, view: number, colour: string, ratio: number): HTMLCanvasElement {
  const key = `${side} ${view} ${colour} ${ratio}`;
  const known = stamps.get(frame);
  stamps.delete(frame);
  const stamp = known?.key === key ? known : { key, canvas: drawPoints(frame, side, view, colour, ratio) };
  stamps.set(frame, stamp);
  if (stamps.size > MOST_STAMPS) stamps.delete(stamps.keys().next().value!);
  return stamp.canvas;
}

function drawPoints({ data }: Points, side: number, view: number, colour: string, ratio: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.max(1, Math.round(side * ratio));
  const ctx = canvas.getContext('2d', { willReadFrequently: true })!;
  ctx.scale(ratio, ratio);
  ctx.fillStyle = colour;
  const plane = { size: side, view };
  const dot = side > 120 ? 2 : 1.4;
  let inside = 0;
  for (let i = 0; i + 1 < data.length; i += 2) {
    const [x, y] = [toPixelX(plane, data[i]!), toPixelY(plane, data[i + 1]!)];
    ctx.fillRect(x - dot / 2, y - dot / 2, dot, dot);
    if (x >= 0 && x <= side && y >= 0 && y <= side) inside++;
  }
  // An empty frame would look like a cell that waits.
  if (inside === 0) {
    ctx.font = '10px system-ui, sans-serif';
    ctx.textAlign = 'center';
    ctx.fillText(cut(ctx, 'out of view', side - 4), side / 2, side / 2);
  }
  return canvas;
}

/** A number as a colour of the scale, written where there is room; the best framed, those like it with a dashed frame. */
export function paintHeat(
  ctx: CanvasRenderingContext2D,
  share: number,
  text: string,
  verdict: 'best' | 'tied' | 'other',
  { x, y, width, height }: Box,
): void {
  const [r, g, b] = heat(share);
  ctx.fillStyle = `rgb(${r} ${g} ${b})`;
  ctx.fillRect(x, y, width, height);
  // The scale rises in lightness: its upper part wants dark letters.
  const ink = 0.299 * r + 0.587 * g + 0.114 * b > 130 ? '#111' : '#fff';
  if (verdict !== 'other') {
    ctx.save();
    ctx.strokeStyle = ink;
    ctx.lineWidth = verdict === 'best' ? 2 : 1;
    if (verdict === 'tied') ctx.setLineDash([3, 2]);
    ctx.strokeRect(x + 2, y + 2, width - 4, height - 4);
    ctx.restore();
  }
  if (ctx.measureText(text).width > width - 6 || height < 14) return;
  ctx.fillStyle = ink;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(text, x + width / 2, y + height / 2);
}

/** A cell whose picture is a preview: a line below it. */
export function paintWorking(ctx: CanvasRenderingContext2D, { x, y, width, height }: Box, { ink }: Palette): void {
  ctx.fillStyle = ink;
  ctx.fillRect(x, y + height - 3, width, 3);
}
