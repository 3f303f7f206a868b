import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { MAX_POINTS } from '../../config/fields.ts';
import { modelCard } from '../../config/menus.ts';
import { snapPoint, type Point } from '../../config/points.ts';
import { editShared, experimentStore } from '../../state/experimentStore.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare, toData, toPixelX, toPixelY } from '../../../../frame/ui/canvas/plane.ts';
import { useExperiment } from '../hooks.ts';
import { useDrawing } from './useDrawing.ts';

const SPACING = 5;

/** Where the reader draws the target: with the pointer, or with arrow keys and the space bar. */
export default function DrawPad() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<readonly [number, number] | null>(null);
  const strokes = useRef<number[]>([]);
  const points = useExperiment((s) => s.experiment.points);
  const [cursor, setCursor] = useState<Point | null>(null);
  const { view = 3 } = modelCard('drawn');
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const size = element.clientWidth;
      const ctx = prepare(element, size, size);
      const plane = { size, view };
      if (points.length === 0) {
        ctx.fillStyle = palette().reference;
        ctx.textAlign = 'center';
        ctx.font = `${Math.max(12, Math.min(15, size / 16))}px system-ui, sans-serif`;
        ctx.fillText('Drag here to draw', size / 2, size / 2 - 4);
        ctx.fillText('what is sampled', size / 2, size / 2 + 16);
      }
      ctx.fillStyle = palette().ink;
      for (const [x, y] of points) ctx.fillRect(toPixelX(plane, x) - 1.25, toPixelY(plane, y) - 1.25, 2.5, 2.5);
      if (!cursor) return;
      const x = toPixelX(plane, cursor[0]);
      const y = toPixelY(plane, cursor[1]);
      ctx.strokeStyle = palette().ink;
      ctx.beginPath();
      ctx.moveTo(x - 8, y);
      ctx.lineTo(x + 8, y);
      ctx.moveTo(x, y - 8);
      ctx.lineTo(x, y + 8);
      ctx.stroke();
    },
    [points, cursor, view],
  );
  useDrawing(canvas, draw);
  useEffect(() => () => setCursor(null), []);
  const put = (added: readonly Point[]) =>
    editShared({
      points: [...experimentStore.getState().experiment.points, ...added.map(snapPoint)].slice(0, MAX_POINTS),
    });
  const onPointer = (e: PointerEvent<HTMLCanvasElement>) => {
    const box = e.currentTarget.getBoundingClientRect();
    const at = [e.clientX - box.left, e.clientY - box.top] as const;
    if (last.current && Math.hypot(at[0] - last.current[0], at[1] - last.current[1]) < SPACING) return;
    last.current = at;
    put([toData({ size: box.width, view }, ...at)]);
  };
  const onKey = (e: KeyboardEvent) => {
    const [x, y] = cursor ?? [0, 0];
    const by = (e.shiftKey ? 0.2 : 0.05) * view;
    const move = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] }[e.key];
    const within = (v: number) => Math.max(-view, Math.min(view, v));
    if (move) setCursor([within(x + move[0]!), within(y + move[1]!)]);
    else if (e.key === ' ' || e.key === 'Enter') put([[x, y]]);
    else return;
    e.preventDefault();
  };
  const undoStroke = () =>
    editShared({ points: points.slice(0, strokes.current.pop() ?? Math.max(0, points.length - 1)) });
  return (
    <figure className="contender-canvas draw-pad">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label="Drawing area: drag to draw points; with the keyboard, arrows move the cross and space places a point"
        data-testid="draw-pad"
        data-points={points.length}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          strokes.current.push(points.length);
          last.current = null;
          onPointer(e);
        }}
        onPointerMove={(e) => e.buttons > 0 && onPointer(e)}
        onKeyDown={onKey}
        onFocus={(e) => e.currentTarget.matches(':focus-visible') && setCursor(cursor ?? [0, 0])}
        onBlur={() => setCursor(null)}
      />
      <figcaption>
        <div className="caption-title">
          <b>Your drawing</b>{' '}
          <span className="caption-step">
            {points.length} {points.length === 1 ? 'point' : 'points'}
          </span>
        </div>
        <div className="caption-numbers">
          <span>{points.length === 0 ? 'Until you draw, a heart is sampled.' : ''}</span>
          <button type="button" disabled={points.length === 0} onClick={undoStroke}>
            Undo
          </button>
          <button type="button" disabled={points.length === 0} onClick={() => editShared({ points: [] })}>
            Clear
          </button>
        </div>
      </figcaption>
    </figure>
  );
}
