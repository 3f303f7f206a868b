// Draws particles over the points of their target, or pictures as tiles.
import type { palette } from '../../../../frame/ui/canvas/palette.ts';
import { toPixelX, toPixelY } from '../../../../frame/ui/canvas/plane.ts';
import type { Frame } from '../../state/types.ts';
import { drawTiles, type Box } from '../edit/draw.ts';

export interface Drawn {
  readonly picture: Frame | null;
  /** Points of a plane target. */
  readonly target: Float32Array | null;
  readonly view: number;
  readonly slot: number;
  readonly colours: ReturnType<typeof palette>;
}

export function drawParticles(
  ctx: CanvasRenderingContext2D,
  box: Box,
  { picture, target, view, slot, colours }: Drawn,
): void {
  if (picture?.kind === 'image') return drawTiles(ctx, picture, box);
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x, box.y, box.size, box.size);
  ctx.clip();
  ctx.translate(box.x, box.y);
  const plane = { size: box.size, view };
  const dots = (data: Float32Array, colour: string, r: number, alpha: number) => {
    ctx.fillStyle = colour;
    ctx.globalAlpha = alpha;
    for (let i = 0; i + 1 < data.length; i += 2) {
      ctx.beginPath();
      ctx.arc(toPixelX(plane, data[i]!), toPixelY(plane, data[i + 1]!), r, 0, 2 * Math.PI);
      ctx.fill();
    }
  };
  if (target) dots(target, colours.reference, 1.2, 0.35);
  if (picture) dots(picture.data, colours.contenders[slot % 8]!, picture.data.length > 400 ? 2 : 3, 0.9);
  ctx.restore();
}
