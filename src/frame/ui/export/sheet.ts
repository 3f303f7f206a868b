// The sheet of an exported picture: its measures, rows of blocks, contenders' markers, and the file with its texts.
import { withPngText } from '../../../formats/png.ts';
import type { Slot } from '../../state/slots.ts';
import type { Palette } from '../canvas/palette.ts';
import { markerPath } from '../marks.ts';
import { beside, gap, stacked, type Block, type TextStyle } from './blocks.ts';

const WIDTH = 1240;
export const MARGIN = 24;
export const INNER = WIDTH - 2 * MARGIN;
export const GAP = 20;
/** Device pixels for a pixel of the layout: for print. */
const RATIO = 2;

export const styleOf = (colour: string, size = 13, weight = ''): TextStyle => ({
  font: `${weight} ${size}px system-ui, sans-serif`.trim(),
  colour,
  line: size * 1.45,
});

/** A block with a contender's marker before its first line. */
export const marked = (block: Block, slot: Slot, x: number, colours: Palette): Block => ({
  height: block.height,
  draw(ctx, top) {
    block.draw(ctx, top);
    ctx.save();
    ctx.translate(x + 6, top + 9);
    ctx.fillStyle = slot < 0 ? colours.reference : colours.contenders[slot % 8]!;
    ctx.fill(new Path2D(markerPath(slot, 4.5)));
    ctx.restore();
  },
});

interface Span {
  readonly x: number;
  readonly width: number;
  readonly gap: number;
}
/** Blocks in rows of so many, each as wide as its column. */
export function grid(
  count: number,
  columns: number,
  cell: (i: number, x: number, width: number) => Block,
  span: Span = { x: MARGIN, width: INNER, gap: GAP },
): Block {
  const width = (span.width - span.gap * (columns - 1)) / columns;
  const cells = Array.from({ length: count }, (_, i) => cell(i, span.x + (i % columns) * (width + span.gap), width));
  const rows = Array.from({ length: Math.ceil(count / columns) }, (_, r) =>
    stacked([beside(cells.slice(r * columns, (r + 1) * columns)), gap(span.gap)]),
  );
  return stacked(rows);
}

/** Draws blocks under each other; the paper is as tall as they are. */
export function drawn(blocks: readonly Block[], paper: string): HTMLCanvasElement {
  const all = stacked([gap(MARGIN), ...blocks, gap(MARGIN)]);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * RATIO;
  canvas.height = Math.ceil(all.height) * RATIO;
  const ctx = canvas.getContext('2d')!;
  ctx.scale(RATIO, RATIO);
  ctx.imageSmoothingQuality = 'high';
  ctx.fillStyle = paper;
  ctx.fillRect(0, 0, WIDTH, Math.ceil(all.height));
  all.draw(ctx, 0);
  return canvas;
}

/** A canvas as a PNG with texts in it, by keyword; null where the browser makes none. */
export async function pngFile(
  canvas: HTMLCanvasElement,
  texts: Readonly<Record<string, string>>,
): Promise<Blob | null> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) return null;
  let file = new Uint8Array(await blob.arrayBuffer()) as Uint8Array;
  for (const [keyword, text] of Object.entries(texts)) file = withPngText(file, keyword, text);
  return new Blob([file as Uint8Array<ArrayBuffer>], { type: 'image/png' });
}
