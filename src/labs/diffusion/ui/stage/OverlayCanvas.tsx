import { useCallback, useRef } from 'react';
import { modelCard, type ModelId } from '../../config/menus.ts';
import { frames } from '../../state/frames.ts';
import type { MetricItem } from '../../state/metrics.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { setView, viewStore } from '../../state/viewStore.ts';
import { drawBySample } from '../canvas/images.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { drawBackground, drawRun } from '../canvas/points.ts';
import { useView } from '../hooks.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { Caption } from './Caption.tsx';
import { useDrawing } from './useDrawing.ts';

interface Props {
  readonly model: ModelId;
  readonly slots: readonly number[];
  readonly titles: readonly string[];
  readonly metric: MetricItem | undefined;
}
const ROW = 72;
const BACKGROUNDS = {
  density: 'Grey lines: the target, as lines of equal density. ',
  points: 'Grey points: where an exact solver ends. ',
  none: '',
} as const;

/** What is drawn beside the contenders' own points. */
function useLegend(): string {
  const background = useView((s) => s.background);
  const trails = useView((s) => s.trails);
  const difference = useView((s) => s.difference);
  return [
    BACKGROUNDS[background],
    trails && 'Thin lines: the way of a sample from the noise. ',
    difference && 'Dark lines: from a sample to where an exact solver takes its noise.',
  ]
    .filter(Boolean)
    .join('');
}

/** All contenders in one picture: points over each other, images by sample with a row for each contender. */
export default function OverlayCanvas({ model, slots, titles, metric }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { shape, view = 3 } = modelCard(model);
  const image = shape.kind === 'image';
  const legend = useLegend();
  const rows = image ? [...slots, REFERENCE] : slots;
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const look = viewStore.getState();
      const reference = frames.get(REFERENCE);
      const width = element.clientWidth;
      const ctx = prepare(element, width, image ? ROW * (slots.length + 1) : width);
      if (image)
        return drawBySample(
          ctx,
          width,
          ROW,
          [...slots.map(frames.get), reference],
          reference,
          look.position,
          look.difference,
        );
      const plane = { size: width, view };
      drawBackground(ctx, plane, reference, look);
      for (const slot of slots.toSorted((a, b) => Number(a === look.highlighted) - Number(b === look.highlighted))) {
        const shown = drawRun(ctx, plane, frames.get(slot), palette().contenders[slot % 8]!, reference, {
          ...look,
          difference: look.difference && (look.highlighted === null || look.highlighted === slot),
        });
        if (shown) element.dataset['step'] = String(shown.step);
      }
    },
    [slots, image, view],
  );
  useDrawing(canvas, draw);
  return (
    <figure className={image ? 'overlay images' : 'overlay'}>
      {image && (
        <div className="overlay-marks">
          {rows.map((slot) => (
            <span key={slot} style={{ height: ROW }}>
              {slot < 0 ? <small>ref.</small> : <Marker slot={slot} />}
            </span>
          ))}
        </div>
      )}
      <canvas
        ref={canvas}
        role="img"
        aria-label="Samples of all contenders"
        data-testid="canvas-overlay"
        style={image ? { height: ROW * rows.length } : undefined}
      />
      {!image && (
        <figcaption>
          {slots.map((slot, i) => (
            <div
              key={slot}
              onPointerEnter={() => setView({ highlighted: slot })}
              onPointerLeave={() => setView({ highlighted: null })}
            >
              <Caption slot={slot} title={titles[i]!} metric={metric} />
            </div>
          ))}
          <div className="fine" data-testid="overlay-legend">
            {legend}
          </div>
        </figcaption>
      )}
    </figure>
  );
}
