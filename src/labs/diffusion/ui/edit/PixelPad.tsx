import { useCallback, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useStore } from 'zustand';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { useDrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { modelCard, type ModelId } from '../../config/menus.ts';
import { formatPixels, parsePixels } from '../../config/taskWords.ts';
import { editStore } from '../../state/editSession.ts';
import { drawTile } from './draw.ts';

interface Props {
  /** A mask is drawn over the first of the given pictures, a picture on black. */
  readonly what: 'mask' | 'drawing';
  readonly text: string;
  readonly model: ModelId;
  /** Strokes are undone one by one: each has a name of its own. */
  onChange(text: string, gesture: string): void;
}
/** Pixels to each side of the pointer that a stroke covers. */
const REACH = { mask: 1.6, drawing: 0.9 } as const;
let strokes = 0;

/** Pixels drawn with the pointer, or with arrow keys and the space bar. */
export default function PixelPad({ what, text, model, onChange }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const before = useStore(editStore, (s) => s.before);
  const { shape } = modelCard(model);
  const { width, height } = shape.kind === 'image' ? shape : { width: 1, height: 1 };
  const [cursor, setCursor] = useState<readonly [number, number] | null>(null);
  const [erasing, setErasing] = useState(false);
  const pixels = parsePixels(text, width * height) ?? new Uint8Array(width * height);
  const count = pixels.reduce((n, v) => n + v, 0);
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const size = element.clientWidth;
      const ctx = prepare(element, size, size);
      const bits = parsePixels(text, width * height) ?? new Uint8Array(width * height);
      const cell = size / width;
      ctx.fillStyle = '#000';
      ctx.fillRect(0, 0, size, size);
      if (what === 'mask' && before?.kind === 'image') drawTile(ctx, before, 0, { x: 0, y: 0, size });
      ctx.fillStyle = what === 'mask' ? palette().contenders[1]! : '#fff';
      ctx.globalAlpha = what === 'mask' ? 0.75 : 1;
      bits.forEach((v, i) => {
        if (v) ctx.fillRect((i % width) * cell, Math.floor(i / width) * cell, cell + 0.5, cell + 0.5);
      });
      ctx.globalAlpha = 1;
      if (!cursor) return;
      ctx.strokeStyle = palette().contenders[0]!;
      ctx.lineWidth = 2;
      ctx.strokeRect(cursor[0] * cell, cursor[1] * cell, cell, cell);
    },
    [text, what, before, width, height, cursor],
  );
  useDrawing(canvas, draw, []);
  const put = (x: number, y: number, on: boolean) => {
    const next = Uint8Array.from(pixels);
    const reach = REACH[what];
    for (let r = 0; r < height; r++)
      for (let c = 0; c < width; c++)
        if (Math.hypot(c + 0.5 - x, r + 0.5 - y) < reach) next[r * width + c] = Number(on);
    onChange(formatPixels(next), `stroke ${strokes}`);
  };
  const onPointer = (e: PointerEvent<HTMLCanvasElement>) => {
    const box = e.currentTarget.getBoundingClientRect();
    put(((e.clientX - box.left) / box.width) * width, ((e.clientY - box.top) / box.height) * height, !erasing);
  };
  const onKey = (e: KeyboardEvent) => {
    const [x, y] = cursor ?? [width >> 1, height >> 1];
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    const within = (v: number, most: number) => Math.max(0, Math.min(most - 1, v));
    if (move) setCursor([within(x + move[0]!, width), within(y + move[1]!, height)]);
    else if (e.key === ' ' || e.key === 'Enter') {
      strokes++;
      put(x + 0.5, y + 0.5, !erasing);
    } else return;
    e.preventDefault();
  };
  return (
    <figure className="edit-pad">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={`${what === 'mask' ? 'Mask' : 'Drawing area'}: drag to draw; with the keyboard, arrows move the square and space draws`}
        data-testid={`pad-${what}`}
        data-pixels={count}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          strokes++;
          onPointer(e);
        }}
        onPointerMove={(e) => e.buttons > 0 && onPointer(e)}
        onKeyDown={onKey}
        onFocus={(e) => e.currentTarget.matches(':focus-visible') && setCursor(cursor ?? [width >> 1, height >> 1])}
        onBlur={() => setCursor(null)}
      />
      <figcaption>
        <span className="fine">
          {count === 0 ? 'Drag to draw' : `${count} pixels ${what === 'mask' ? 'hidden' : 'inked'}`}
        </span>
        <button type="button" aria-pressed={erasing} onClick={() => setErasing(!erasing)}>
          Erase
        </button>
        <button type="button" disabled={count === 0} onClick={() => onChange('', '')}>
          Clear
        </button>
      </figcaption>
    </figure>
  );
}
