import { useCallback, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare, toData, toPixelX, toPixelY } from '../../../../frame/ui/canvas/plane.ts';
import { useDrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { modelCard } from '../../config/menus.ts';
import { formatPoints, parsePoints, snapPoint, type Point } from '../../config/points.ts';
import { setSetup, setupNow } from '../../state/editSession.ts';
import { useSetup } from './hooks.ts';

const MOST = 512;
const SPACING = 6;
let strokes = 0;
const pointsOf = (text: string): readonly Point[] => {
  const points = text === '' ? [] : parsePoints(text);
  return typeof points === 'string' ? [] : points;
};

/** Points that are given, drawn with the pointer or with arrow keys and the space bar. */
export default function PointPad() {
  const { setup } = useSetup();
  const { drawing, model } = setup;
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<readonly [number, number] | null>(null);
  const [cursor, setCursor] = useState<Point | null>(null);
  const { view = 3 } = modelCard(model);
  const count = pointsOf(drawing).length;
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const size = element.clientWidth;
      const ctx = prepare(element, size, size);
      const plane = { size, view };
      ctx.strokeStyle = palette().faint;
      ctx.strokeRect(size / 2, 0, 0, size);
      ctx.strokeRect(0, size / 2, size, 0);
      ctx.fillStyle = palette().ink;
      for (const [x, y] of pointsOf(drawing)) ctx.fillRect(toPixelX(plane, x) - 2, toPixelY(plane, y) - 2, 4, 4);
      if (!cursor) return;
      ctx.strokeStyle = palette().contenders[0]!;
      ctx.strokeRect(toPixelX(plane, cursor[0]) - 6, toPixelY(plane, cursor[1]) - 6, 12, 12);
    },
    [drawing, view, cursor],
  );
  useDrawing(canvas, draw, []);
  const put = (point: Point) => {
    const now = setupNow();
    const points = [...pointsOf(now.drawing), snapPoint(point)].slice(0, MOST);
    setSetup({ ...now, drawing: formatPoints(points) }, `stroke ${strokes}`);
  };
  const onPointer = (e: PointerEvent<HTMLCanvasElement>) => {
    const box = e.currentTarget.getBoundingClientRect();
    const at = [e.clientX - box.left, e.clientY - box.top] as const;
    if (last.current && Math.hypot(at[0] - last.current[0], at[1] - last.current[1]) < SPACING) return;
    last.current = at;
    put(toData({ size: box.width, view }, ...at));
  };
  const onKey = (e: KeyboardEvent) => {
    const [x, y] = cursor ?? [0, 0];
    const by = (e.shiftKey ? 0.2 : 0.05) * view;
    const move = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] }[e.key];
    const within = (v: number) => Math.max(-view, Math.min(view, v));
    if (move) setCursor([within(x + move[0]!), within(y + move[1]!)]);
    else if (e.key === ' ' || e.key === 'Enter') {
      strokes++;
      put([x, y]);
    } else return;
    e.preventDefault();
  };
  return (
    <figure className="edit-pad">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label="Drawing area: drag to draw points; with the keyboard, arrows move the square and space places a point"
        data-testid="pad-points"
        data-points={count}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          strokes++;
          last.current = null;
          onPointer(e);
        }}
        onPointerMove={(e) => e.buttons > 0 && onPointer(e)}
        onKeyDown={onKey}
        onFocus={(e) => e.currentTarget.matches(':focus-visible') && setCursor(cursor ?? [0, 0])}
        onBlur={() => setCursor(null)}
      />
      <figcaption>
        <span className="fine">{count === 0 ? 'Drag to draw' : `${count} points`}</span>
        <button type="button" disabled={count === 0} onClick={() => setSetup({ ...setupNow(), drawing: '' })}>
          Clear
        </button>
      </figcaption>
    </figure>
  );
}
