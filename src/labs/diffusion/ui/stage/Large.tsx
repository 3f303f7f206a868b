import { useCallback } from 'react';
import { modelCard } from '../../config/menus.ts';
import { frames } from '../../state/frames.ts';
import { setView, viewStore } from '../../state/viewStore.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { LargePicture } from '../../../../frame/ui/canvas/LargePicture.tsx';
import { useNames } from '../comparison.ts';
import { useExperiment, useView } from '../hooks.ts';
import { labelOf } from './ContenderCanvas.tsx';
import DifferenceScale from './DifferenceScale.tsx';
import { looking } from './looking.ts';
import { drawPicture, pointedAt, type Against } from './picture.ts';
import { Scrubber } from './Scrubber.tsx';

const sources = [frames, viewStore];

/** One picture large, or two of them compared at the same place and size. */
export default function Large({ slot }: { slot: number }) {
  const { model, samples } = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const zoom = useView((s) => s.camera.zoom);
  const { titles } = useNames();
  const draw = useCallback(
    (canvas: HTMLCanvasElement, shown: number, against: Against) => {
      const drawn = drawPicture(canvas, model, shown, against);
      return drawn && labelOf(drawn, frames.get(shown)!.steps);
    },
    [model],
  );
  return (
    <LargePicture
      slot={slot}
      choices={[...slots.map((s, i) => [s, titles[i]!] as const), [REFERENCE, 'Reference'] as const]}
      zoom={zoom}
      looking={looking}
      sources={sources}
      draw={draw}
      sampleAt={(canvas, shown, px, py) => pointedAt(canvas.clientWidth, model, shown, samples, px, py)}
      differenceScale={<DifferenceScale image={modelCard(model).shape.kind === 'image'} />}
      onSlot={(large) => setView({ large })}
      onClose={() => setView({ large: null })}
    >
      <Scrubber />
    </LargePicture>
  );
}
