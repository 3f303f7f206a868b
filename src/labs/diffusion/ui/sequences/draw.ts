// Draws films: a line of frames for each of a few videos, in as many lines as the width asks for.
import type { palette } from '../../../../frame/ui/canvas/palette.ts';
import type { Frame } from '../../state/types.ts';
import { drawTile } from '../edit/draw.ts';

/** Videos that are drawn, at most: the others are measured. */
const SHOWN = 3;
const GAP = 2;
/** Frames are at least so many pixels wide, or a film goes on in another line. */
const LEAST = 44;
const MOST = 104;

interface Layout {
  readonly tile: number;
  readonly columns: number;
  readonly lines: number;
  readonly shown: number;
}
function layout(width: number, frames: number, videos: number): Layout {
  const columns = Math.max(1, Math.min(frames, Math.floor((width + GAP) / (LEAST + GAP))));
  const tile = Math.min(MOST, (width + GAP) / columns - GAP);
  return { tile, columns, lines: Math.ceil(frames / columns), shown: Math.min(SHOWN, videos) };
}
export function filmHeight(width: number, frames: number, videos: number): number {
  const { tile, lines, shown } = layout(width, frames, videos);
  return lines * (shown * (tile + GAP) + 2 * GAP);
}

export interface FilmDrawn {
  readonly pictures: readonly Frame[];
  readonly frames: number;
  readonly videos: number;
  readonly colours: ReturnType<typeof palette>;
}
export function drawFilm(
  ctx: CanvasRenderingContext2D,
  at: { readonly x: number; readonly y: number; readonly width: number },
  { pictures, frames, videos, colours }: FilmDrawn,
): void {
  const { tile, columns, shown } = layout(at.width, frames, videos);
  for (let k = 0; k < frames; k++) {
    const line = Math.floor(k / columns);
    const frame = pictures[k];
    for (let v = 0; v < shown; v++) {
      const x = at.x + (k % columns) * (tile + GAP);
      const y = at.y + line * (shown * (tile + GAP) + 2 * GAP) + v * (tile + GAP);
      if (frame?.kind === 'image') drawTile(ctx, frame, v, { x, y, size: tile });
      else {
        ctx.strokeStyle = colours.faint;
        ctx.lineWidth = 1;
        ctx.strokeRect(x + 0.5, y + 0.5, tile - 1, tile - 1);
      }
    }
  }
}
