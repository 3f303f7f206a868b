import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { palette, type Palette } from '../canvas/palette.ts';
import { prepare } from '../canvas/plane.ts';
import { useDrawing, type DrawnFrom } from '../canvas/useDrawing.ts';
import { boardHeight, boardWidth, inSight, moved, placeAt, scrollFor, type BoardSize, type Place } from './board.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export type PaintCell = (ctx: CanvasRenderingContext2D, place: Place, box: Box, colours: Palette) => void;

interface Props {
  readonly id: string;
  readonly label: string;
  readonly size: BoardSize;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** What the heads are: above the columns, and left of the rows. */
  readonly corner: readonly [columns: string, rows: string];
  readonly cursor: Place | null;
  /** What the cell under the cursor says, for those who cannot see it. */
  readonly said: string;
  /** Colour of a row's head, by row; none where rows are not told apart. */
  readonly rowColour?: ((row: number) => string) | undefined;
  /** What the cells are drawn from: called back when that has changed. The same at every call. */
  readonly sources: readonly DrawnFrom[];
  readonly paint: PaintCell;
  onCursor(place: Place | null): void;
  onPick(place: Place): void;
}

const FONT = '11px system-ui, sans-serif';

/** A text cut to a width. */
export function cut(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let keep = text.length - 1;
  while (keep > 1 && ctx.measureText(`${text.slice(0, keep)}…`).width > width) keep--;
  return `${text.slice(0, keep)}…`;
}

/**
 * A table of cells on one canvas that stays where it is while its box scrolls: whatever the number of cells, only those
 * in sight are drawn, and no cell is an element of the page.
 */
export function Board(props: Props) {
  const { id, label, size, cursor, said, sources, onCursor, onPick } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scrolled = useRef({ subscribe: (listener: () => void) => listenTo(box.current, listener) });
  const all = useRef([...sources, scrolled.current]);
  const sight = () => {
    const { scrollLeft: left, scrollTop: top, clientWidth: width, clientHeight: height } = box.current!;
    return { left, top, width, height };
  };
  useDrawing(canvas, (element) => drawBoard(element, sight(), props), all.current);
  useEffect(() => {
    if (!cursor || !box.current?.matches(':focus-visible')) return;
    box.current.scrollTo(scrollFor(size, sight(), cursor));
  }, [cursor, size]);
  const at = (e: PointerEvent<HTMLDivElement>) => {
    const { left, top } = e.currentTarget.getBoundingClientRect();
    return placeAt(size, sight(), e.clientX - left - 1, e.clientY - top - 1);
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && cursor) {
      e.preventDefault();
      return onPick(cursor);
    }
    if (e.key === 'Escape' && cursor) return onCursor(null);
    const page = Math.max(1, Math.floor((box.current!.clientHeight - size.head.height) / size.cell.height));
    const to = moved(e.key, cursor, size, page);
    if (!to) return;
    e.preventDefault();
    onCursor(to);
  };
  const down = useRef<{ readonly place: Place | null; readonly known: boolean }>({ place: null, known: false });
  return (
    <div
      ref={box}
      className="board"
      data-testid={id}
      tabIndex={0}
      role="group"
      aria-roledescription="table of cells"
      aria-label={`${label}: arrow keys read it cell by cell, Enter opens one`}
      onPointerMove={(e) => e.pointerType === 'mouse' && onCursor(at(e))}
      onPointerLeave={(e) => e.pointerType === 'mouse' && onCursor(null)}
      onPointerDown={(e) => {
        const place = at(e);
        // A finger reads with its first touch and opens with the second; a mouse has read already.
        down.current = { place, known: e.pointerType === 'mouse' || (place !== null && `${place}` === `${cursor}`) };
        onCursor(place);
      }}
      onClick={() => down.current.place && down.current.known && onPick(down.current.place)}
      onKeyDown={onKey}
    >
      <div className="board-space" style={{ width: boardWidth(size), height: boardHeight(size) }}>
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <span className="hidden" role="status">
        {said}
      </span>
    </div>
  );
}

function listenTo(element: HTMLElement | null, listener: () => void): () => void {
  if (!element) return () => {};
  const resized = new ResizeObserver(listener);
  resized.observe(element);
  element.addEventListener('scroll', listener, { passive: true });
  return () => {
    resized.disconnect();
    element.removeEventListener('scroll', listener);
  };
}

function drawBoard(
  canvas: HTMLCanvasElement,
  sight: { left: number; top: number; width: number; height: number },
  { size, columns, rows, corner, cursor, rowColour, paint }: Props,
): void {
  canvas.style.width = `${sight.width}px`;
  canvas.style.height = `${sight.height}px`;
  const ctx = prepare(canvas, sight.width, sight.height);
  const colours = palette();
  const { cell, head } = size;
  const { fromRow, toRow, fromColumn, toColumn } = inSight(size, sight);
  const left = (column: number) => head.width + column * cell.width - sight.left;
  const top = (row: number) => head.height + row * cell.height - sight.top;

  ctx.save();
  ctx.beginPath();
  ctx.rect(head.width, head.height, sight.width - head.width, sight.height - head.height);
  ctx.clip();
  ctx.font = FONT;
  for (let row = fromRow; row <= toRow; row++)
    for (let column = fromColumn; column <= toColumn; column++) {
      const inner = { x: left(column) + 1, y: top(row) + 1, width: cell.width - 2, height: cell.height - 2 };
      paint(ctx, [row, column], inner, colours);
    }
  if (cursor) {
    ctx.strokeStyle = colours.ink;
    ctx.lineWidth = 2;
    ctx.strokeRect(left(cursor[1]) + 1, top(cursor[0]) + 1, cell.width - 2, cell.height - 2);
  }
  ctx.restore();

  // Heads lie over what scrolls below them.
  ctx.font = FONT;
  ctx.textBaseline = 'middle';
  for (let column = fromColumn; column <= toColumn; column++) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(head.width, 0, sight.width - head.width, head.height);
    ctx.clip();
    ctx.textAlign = 'center';
    ctx.fillStyle = cursor?.[1] === column ? colours.ink : colours.soft;
    ctx.fillText(cut(ctx, columns[column]!, cell.width - 6), left(column) + cell.width / 2, head.height - 9);
    ctx.restore();
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, head.height, head.width, sight.height - head.height);
  ctx.clip();
  ctx.textAlign = 'right';
  for (let row = fromRow; row <= toRow; row++) {
    const middle = top(row) + cell.height / 2;
    const colour = rowColour?.(row);
    if (colour) {
      ctx.fillStyle = colour;
      ctx.fillRect(head.width - 6, middle - Math.min(10, cell.height / 2 - 2), 3, Math.min(20, cell.height - 4));
    }
    ctx.fillStyle = cursor?.[0] === row ? colours.ink : colours.soft;
    ctx.fillText(cut(ctx, rows[row]!, head.width - 14), head.width - 10, middle);
  }
  ctx.restore();
  ctx.textAlign = 'left';
  ctx.fillStyle = colours.soft;
  ctx.fillText(cut(ctx, `${corner[0]} →`, sight.width - head.width - 4), head.width + 2, 8);
  if (corner[1] !== '') ctx.fillText(cut(ctx, `${corner[1]} ↓`, head.width - 8), 2, head.height - 9);
}
