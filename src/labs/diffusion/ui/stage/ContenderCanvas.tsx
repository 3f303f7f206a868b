import { useCallback, useRef } from 'react';
import type { ModelId } from '../../config/menus.ts';
import { modelCard } from '../../config/menus.ts';
import { frames } from '../../state/frames.ts';
import type { MetricItem } from '../../state/metrics.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { setView, viewStore } from '../../state/viewStore.ts';
import { drawImages } from '../canvas/images.ts';
import { palette } from '../../../../frame/ui/canvas/palette.ts';
import { prepare } from '../../../../frame/ui/canvas/plane.ts';
import { drawBackground, drawRun } from '../canvas/points.ts';
import { sigmaText } from '../../../../frame/ui/format.ts';
import { useView } from '../hooks.ts';
import { Caption } from './Caption.tsx';
import { useDrawing } from './useDrawing.ts';

interface Props {
  readonly index: number;
  readonly slot: number;
  readonly model: ModelId;
  readonly title: string;
  readonly metric: MetricItem | undefined;
}

/** One contender's pictures with its name and the numbers that matter; index −1 is the reference solution. */
export function ContenderCanvas({ index, slot, model, title, metric }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const label = useRef<HTMLSpanElement>(null);
  const inspected = useView((s) => s.inspected);
  const { shape, view = 3 } = modelCard(model);
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const look = viewStore.getState();
      const size = element.clientWidth;
      const reference = frames.get(REFERENCE);
      const track = frames.get(slot);
      const ctx = prepare(element, size, size);
      const plane = { size, view };
      if (shape.kind === 'point') drawBackground(ctx, plane, reference, look);
      const shown =
        shape.kind === 'point'
          ? drawRun(
              ctx,
              plane,
              track,
              slot < 0 ? palette().reference : palette().contenders[slot % 8]!,
              slot < 0 ? undefined : reference,
              look,
            )
          : drawImages(ctx, size, track, reference, look.position, look.difference && slot >= 0);
      if (shown) element.dataset['step'] = String(shown.step);
      else delete element.dataset['step'];
      if (label.current)
        label.current.textContent = shown ? `${shown.step}/${track!.steps} · σ ${sigmaText(shown.sigma)}` : '';
    },
    [slot, shape, view],
  );
  useDrawing(canvas, draw);
  return (
    <figure
      className={`contender-canvas${inspected === slot ? ' inspected' : ''}`}
      onPointerEnter={() => setView({ highlighted: slot })}
      onPointerLeave={() => setView({ highlighted: null })}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Samples of ${title}`}
        data-testid={index < 0 ? 'canvas-reference' : `canvas-${index}`}
      />
      <figcaption>
        <Caption slot={slot} title={title} metric={metric} step={label} />
      </figcaption>
    </figure>
  );
}
