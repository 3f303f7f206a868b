import { useCallback, useRef, type RefObject } from 'react';
import { useCamera } from '../../../../frame/ui/canvas/useCamera.ts';
import { useDrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { milliseconds } from '../../../../frame/ui/format.ts';
import { setView } from '../../state/viewStore.ts';
import { useExperiment, useRun, useView } from '../hooks.ts';
import { errorText } from '../figures.ts';
import { looking, sources } from './looking.ts';
import { drawSample } from './picture.ts';

interface PictureProps {
  readonly slot: number;
  readonly sample: number;
  readonly samples: number;
  readonly title: string;
  readonly ratio: number;
  readonly label: RefObject<HTMLSpanElement | null> | null;
}

/** One picture of a contender; all show the same part of theirs. */
function Picture({ slot, sample, samples, title, ratio, label }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const baseline = useView((s) => s.baseline);
  const draw = useCallback(
    (element: HTMLCanvasElement) => {
      const said = drawSample(
        element,
        slot,
        sample,
        samples,
        baseline === null ? undefined : { slot: baseline, shown: true },
      );
      if (label?.current) label.current.textContent = said ?? '';
    },
    [slot, sample, samples, baseline, label],
  );
  useDrawing(canvas, draw, sources);
  const camera = useCamera(canvas, {
    looking,
    wheel: false,
    onPress: () => setView({ large: { slot, sample } }),
  });
  return (
    <canvas
      ref={canvas}
      role="img"
      tabIndex={0}
      style={{ aspectRatio: ratio }}
      aria-label={`Picture ${sample + 1} of ${title}; Enter opens it large, plus and minus zoom, arrows move`}
      title="Press to open it large"
      data-testid={`picture-${slot}-${sample}`}
      {...camera}
    />
  );
}

interface Props {
  readonly index: number;
  readonly slot: number;
  readonly title: string;
  /** Width over height of a picture. */
  readonly ratio: number;
}

/** A contender's pictures with its name, its cost and its error. */
export function ContenderPictures({ index, slot, title, ratio }: Props) {
  const samples = useExperiment((s) => s.experiment.count);
  const result = useRun((s) => s.results[slot]);
  const run = useRun((s) => s.run);
  const active = useRun((s) => s.active === slot);
  const highlighted = useView((s) => s.highlighted === slot);
  const baseline = useView((s) => s.baseline === slot);
  const label = useRef<HTMLSpanElement>(null);
  const columns = Math.ceil(Math.sqrt(samples));
  return (
    <figure
      className={`contender-canvas contender-pictures${highlighted ? ' inspected' : ''}`}
      data-testid={`pictures-${index}`}
      data-active={active}
      onPointerEnter={() => setView({ highlighted: slot })}
      onPointerLeave={() => setView({ highlighted: null })}
    >
      <div className="picture-grid" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
        {Array.from({ length: samples }, (_, sample) => (
          <Picture
            key={sample}
            slot={slot}
            sample={sample}
            samples={samples}
            title={title}
            ratio={ratio}
            label={sample === 0 ? label : null}
          />
        ))}
      </div>
      <figcaption>
        <div className="caption-title">
          <Marker slot={slot} /> <b>{title.replaceAll(' · ', '\u00a0· ')}</b>{' '}
          <span className="caption-step" ref={label} />
        </div>
        <div className={`caption-numbers${result && result.run !== run ? ' stale' : ''}`}>
          {result ? (
            <>
              <span>
                {result.cost.nfe} <abbr title="Evaluations of the denoiser in the whole run">NFE</abbr>
              </span>
              <span title="All steps of all pictures">{milliseconds(result.cost.wallMs)}</span>
              {baseline ? <i>baseline</i> : <span>{errorText(result)}</span>}
            </>
          ) : (
            <span>&nbsp;</span>
          )}
        </div>
      </figcaption>
    </figure>
  );
}
