import { useCallback } from 'react';
import { LargePicture } from '../../../../frame/ui/canvas/LargePicture.tsx';
import { frames } from '../../state/frames.ts';
import { startFromPixels } from '../../state/start.ts';
import { setView } from '../../state/viewStore.ts';
import { useExperiment, useNames, useView } from '../hooks.ts';
import DifferenceScale from './DifferenceScale.tsx';
import { looking, sources } from './looking.ts';
import { drawSample, type Against } from './picture.ts';
import { StepScrubber } from './StepScrubber.tsx';

/** What writes files is loaded when a file is asked for. */
async function save(slot: number, sample: number): Promise<void> {
  await (await import('../export/files.ts')).saveOne(slot, sample);
}

/** One picture large, or two contenders’ compared at the same place and size. */
export default function Large({ slot, sample }: { slot: number; sample: number }) {
  const e = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const zoom = useView((s) => s.camera.zoom);
  const { titles } = useNames();
  const samples = e.count;
  const draw = useCallback(
    (canvas: HTMLCanvasElement, shown: number, against: Against) => drawSample(canvas, shown, sample, samples, against),
    [sample, samples],
  );
  const start = () => {
    const pixels = frames.get(slot)?.pictures[sample];
    if (!pixels) return;
    setView({ large: null });
    void startFromPixels(pixels, `picture ${sample + 1} of ${titles[slots.indexOf(slot)] ?? 'a contender'}`);
  };
  return (
    <LargePicture
      slot={slot}
      choices={slots.map((s, i) => [s, titles[i]!] as const)}
      zoom={zoom}
      looking={looking}
      sources={sources}
      draw={draw}
      differenceScale={<DifferenceScale />}
      onSlot={(next) => setView({ large: { slot: next, sample } })}
      onClose={() => setView({ large: null })}
      tools={
        <>
          {samples > 1 && (
            <select
              aria-label="Picture number"
              value={sample}
              onChange={(event) => setView({ large: { slot, sample: Number(event.target.value) } })}
            >
              {Array.from({ length: samples }, (_, i) => (
                <option key={i} value={i}>
                  {i + 1} of {samples}
                </option>
              ))}
            </select>
          )}
          <button type="button" onClick={start} title="Adds noise to this picture and samples from there">
            Start from it
          </button>
          <button
            type="button"
            onClick={() => void save(slot, sample)}
            title="The finished picture in its full size, with prompt, settings and link in the file"
          >
            Save PNG
          </button>
        </>
      }
    >
      <StepScrubber steps={Math.max(...e.contenders.map((c) => c.steps))} />
    </LargePicture>
  );
}
