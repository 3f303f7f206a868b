import { useCallback, useRef } from 'react';
import type { ModelId } from '../../config/menus.ts';
import type { MetricItem } from '../../state/metrics.ts';
import { setView } from '../../state/viewStore.ts';
import { sigmaText } from '../../../../frame/ui/format.ts';
import { frames } from '../../state/frames.ts';
import { useExperiment, useView } from '../hooks.ts';
import { Caption } from './Caption.tsx';
import { drawPicture, pointedAt } from './picture.ts';
import { useCamera } from '../../../../frame/ui/canvas/useCamera.ts';
import { looking } from './looking.ts';
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
  const samples = useExperiment((s) => s.experiment.samples);
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const shown = drawPicture(element, model, slot);
      if (shown) element.dataset['step'] = String(shown.step);
      else delete element.dataset['step'];
      element.dataset['outside'] = String(shown?.outside ?? 0);
      if (label.current) label.current.textContent = shown ? labelOf(shown, frames.get(slot)!.steps) : '';
    },
    [slot, model],
  );
  useDrawing(canvas, draw);
  const camera = useCamera(canvas, {
    looking,
    wheel: false,
    sampleAt: (px, py) => pointedAt(canvas.current!.clientWidth, model, slot, samples, px, py),
    onPress: () => setView({ large: slot }),
  });
  return (
    <figure
      className={`contender-canvas${inspected === slot ? ' inspected' : ''}`}
      onPointerEnter={() => setView({ highlighted: slot })}
      onPointerLeave={() => setView({ highlighted: null })}
    >
      <canvas
        ref={canvas}
        role="img"
        tabIndex={0}
        aria-label={`Samples of ${title}; Enter opens it large, plus and minus zoom, arrows move`}
        title="Press to open it large"
        data-testid={index < 0 ? 'canvas-reference' : `canvas-${index}`}
        {...camera}
      />
      <figcaption>
        <Caption slot={slot} title={title} metric={metric} step={label} />
      </figcaption>
    </figure>
  );
}

/** "12/12 · σ 0", and what the frame cuts off. */
export const labelOf = (
  { step, sigma, outside }: { readonly step: number; readonly sigma: number; readonly outside: number },
  steps: number,
): string => `${step}/${steps} · σ ${sigmaText(sigma)}${outside > 0 ? ` · ${outside} out of view` : ''}`;
