import { useCallback, useRef, type PointerEvent } from 'react';
import { frames } from '../../state/frames.ts';
import { setView, viewStore } from '../../state/viewStore.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { useWidth } from '../../../../frame/ui/layout.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { bySample, drawBySample } from '../canvas/images.ts';
import { useExperiment } from '../hooks.ts';
import { useDrawing } from './useDrawing.ts';

interface Props {
  readonly slots: readonly number[];
  readonly titles: readonly string[];
}

/** The same samples of all contenders below each other, a row for each, as wide as there is room. */
export function BySample({ slots, titles }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const samples = useExperiment((s) => s.experiment.samples);
  const width = useWidth(canvas);
  const { count, tile } = bySample(width, samples);
  const rows = [...slots, REFERENCE];
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const all = [...slots, REFERENCE];
      const layout = bySample(element.clientWidth, samples);
      const ctx = prepare(element, element.clientWidth, layout.tile * all.length);
      drawBySample(ctx, layout, all.map(frames.get), frames.get(REFERENCE), viewStore.getState());
    },
    [slots, samples],
  );
  useDrawing(canvas, draw);
  const onPointer = (e: PointerEvent<HTMLCanvasElement>) => {
    const column = Math.floor((e.clientX - e.currentTarget.getBoundingClientRect().left) / tile);
    setView({ sample: column >= 0 && column < count ? column : null });
  };
  return (
    <figure className="overlay images">
      <div className="overlay-marks">
        {rows.map((slot, i) => (
          <span key={slot} style={{ height: tile }} title={titles[i] ?? 'Reference'}>
            <Marker slot={slot} /> {titles[i] ?? 'Reference'}
          </span>
        ))}
      </div>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`The first ${count} samples, a row for each of ${[...titles, 'the reference'].join(', ')}`}
        data-testid="canvas-overlay"
        style={{ height: tile * rows.length }}
        onPointerMove={onPointer}
        onPointerLeave={() => setView({ sample: null })}
      />
    </figure>
  );
}
