import { useCallback, useRef } from 'react';
import { modelCard, type ModelId } from '../../config/menus.ts';
import { frames } from '../../state/frames.ts';
import type { MetricItem } from '../../state/metrics.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { setView, viewStore } from '../../state/viewStore.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { drawBackground, drawRun, sampleAt } from '../canvas/points.ts';
import { useView } from '../hooks.ts';
import { BySample } from './BySample.tsx';
import { Caption } from './Caption.tsx';
import { useCamera } from '../../../../frame/ui/canvas/useCamera.ts';
import { looking } from './looking.ts';
import { useDrawing } from './useDrawing.ts';

interface Props {
  readonly model: ModelId;
  readonly slots: readonly number[];
  readonly titles: readonly string[];
  readonly metric: MetricItem | undefined;
}
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
    difference && 'Coloured lines: from where an exact solver takes the same noise to where the sample is.',
  ]
    .filter(Boolean)
    .join('');
}

/** All contenders in one picture: points over each other, images by sample with a row for each contender. */
export default function OverlayCanvas(props: Props) {
  return modelCard(props.model).shape.kind === 'image' ? <BySample {...props} /> : <Overlay {...props} />;
}

function Overlay({ model, slots, titles, metric }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { view = 3 } = modelCard(model);
  const legend = useLegend();
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const look = viewStore.getState();
      const reference = frames.get(REFERENCE);
      const size = element.clientWidth;
      const ctx = prepare(element, size, size);
      const plane = { size, view, camera: look.camera };
      drawBackground(ctx, plane, reference, look);
      for (const slot of slots.toSorted((a, b) => Number(a === look.highlighted) - Number(b === look.highlighted))) {
        const shown = drawRun(ctx, plane, frames.get(slot), palette().contenders[slot % 8]!, reference, {
          ...look,
          difference: look.difference && (look.highlighted === null || look.highlighted === slot),
        });
        if (shown) element.dataset['step'] = String(shown.step);
      }
    },
    [slots, view],
  );
  useDrawing(canvas, draw);
  const camera = useCamera(canvas, {
    looking,
    wheel: false,
    sampleAt(px, py) {
      const look = viewStore.getState();
      const plane = { size: canvas.current!.clientWidth, view, camera: look.camera };
      const first = look.highlighted !== null && slots.includes(look.highlighted) ? [look.highlighted] : slots;
      for (const slot of first) {
        const sample = sampleAt(plane, frames.get(slot), look.position, px, py);
        if (sample !== null) return sample;
      }
      return null;
    },
  });
  return (
    <figure className="overlay">
      <canvas
        ref={canvas}
        role="img"
        tabIndex={0}
        aria-label="Samples of all contenders; plus and minus zoom, arrows move"
        data-testid="canvas-overlay"
        {...camera}
      />
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
    </figure>
  );
}
