// Draws what was given and what became of it: tiles of pictures, or points with arrows from where they were.
import { heatImage, magnitudes } from '../../../../frame/ui/canvas/difference.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { toPixelX, toPixelY, type Plane } from '../../../../frame/ui/canvas/plane.ts';
import type { Frame } from '../../state/types.ts';

type Tiles = Extract<Frame, { kind: 'image' }>;
type Points = Extract<Frame, { kind: 'points' }>;

const cache = new WeakMap<Uint8ClampedArray, HTMLCanvasElement>();
function bitmap({ rgba, width, height }: Pick<Tiles, 'rgba' | 'width' | 'height'>): HTMLCanvasElement {
  const kept = cache.get(rgba);
  if (kept) return kept;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')!.putImageData(new ImageData(rgba, width, height), 0, 0);
  cache.set(rgba, canvas);
  return canvas;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}
/** One sample of a picture of tiles. */
export function drawTile(ctx: CanvasRenderingContext2D, frame: Tiles, sample: number, { x, y, size }: Box): void {
  const { columns, tile } = frame;
  const [left, top] = [(sample % columns) * tile, Math.floor(sample / columns) * tile];
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(bitmap(frame), left, top, tile, tile, x, y, size, size);
}

/** All tiles as large as they fit, centred. */
export function drawTiles(ctx: CanvasRenderingContext2D, frame: Tiles, box: Box): void {
  const scale = Math.min(box.size / frame.width, box.size / frame.height);
  const [w, h] = [frame.width * scale, frame.height * scale];
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(bitmap(frame), box.x + (box.size - w) / 2, box.y + (box.size - h) / 2, w, h);
}

const differences = new WeakMap<Tiles, { readonly before: Tiles; readonly as: Tiles }>();
/** |after − before| in colours. */
export function differenceTiles(after: Tiles, before: Tiles): Tiles {
  const kept = differences.get(after);
  if (kept?.before === before) return kept.as;
  const as = { ...after, rgba: heatImage(magnitudes(after, before), 1) };
  differences.set(after, { before, as });
  return as;
}

const MOST_ARROWS = 600;

/** Points where they are now, each with a line from where it was. */
export function drawMoved(
  ctx: CanvasRenderingContext2D,
  plane: Plane,
  after: Points,
  before: Points | null,
  colour: string,
): void {
  const { data } = after;
  const n = data.length / 2;
  const at = (d: Float32Array, i: number) => [toPixelX(plane, d[2 * i]!), toPixelY(plane, d[2 * i + 1]!)] as const;
  if (before && before !== after) {
    ctx.strokeStyle = palette().reference;
    ctx.fillStyle = palette().reference;
    ctx.globalAlpha = 0.45;
    ctx.lineWidth = 0.8;
    for (let i = 0; i < Math.min(n, MOST_ARROWS, before.data.length / 2); i++) {
      const [fromX, fromY] = at(before.data, i);
      const [toX, toY] = at(data, i);
      const length = Math.hypot(toX - fromX, toY - fromY);
      if (!(length > 1)) continue;
      ctx.beginPath();
      ctx.moveTo(fromX, fromY);
      ctx.lineTo(toX, toY);
      ctx.stroke();
      if (length < 12) continue;
      const [u, v] = [(toX - fromX) / length, (toY - fromY) / length];
      ctx.beginPath();
      ctx.moveTo(toX - 2 * u, toY - 2 * v);
      ctx.lineTo(toX - 8 * u + 2.6 * v, toY - 8 * v - 2.6 * u);
      ctx.lineTo(toX - 8 * u - 2.6 * v, toY - 8 * v + 2.6 * u);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
  }
  ctx.fillStyle = colour;
  ctx.globalAlpha = 0.85;
  const r = n > 600 ? 1.3 : 2;
  for (let i = 0; i < n; i++) {
    const [x, y] = at(data, i);
    ctx.fillRect(x - r, y - r, 2 * r, 2 * r);
  }
  ctx.globalAlpha = 1;
}

export interface Shown {
  readonly frame: Frame | null;
  readonly before: Frame | null;
  readonly difference: boolean;
  readonly view: number;
  readonly colour: string;
}
/** Any of them into a square. */
export function drawShown(
  ctx: CanvasRenderingContext2D,
  box: Box,
  { frame, before, difference, view, colour }: Shown,
): void {
  if (!frame) return;
  if (frame.kind === 'image') {
    const other = difference && before?.kind === 'image' && before !== frame ? before : null;
    return drawTiles(ctx, other ? differenceTiles(frame, other) : frame, box);
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x, box.y, box.size, box.size);
  ctx.clip();
  ctx.translate(box.x, box.y);
  drawMoved(ctx, { size: box.size, view }, frame, before?.kind === 'points' ? before : null, colour);
  ctx.restore();
}
