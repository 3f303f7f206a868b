import { lazy, Suspense } from 'react';
import { RunStatus } from '../../../../frame/ui/RunStatus.tsx';
import type { PictureContender } from '../../config/experiment.ts';
import { frames } from '../../state/frames.ts';
import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/again.ts';
import { setView } from '../../state/viewStore.ts';
import { Claim } from '../Claim.tsx';
import { useDevice, useExperiment, useLoaded, useModel, useNames, useRun, useView, useWithoutGpu } from '../hooks.ts';
import { ContenderPictures } from './ContenderPictures.tsx';
import { StepScrubber } from './StepScrubber.tsx';
import { ViewTools } from './ViewTools.tsx';

const Large = lazy(() => import('./Large.tsx'));

function Status() {
  const phase = useRun((s) => s.phase);
  const text = useRun((s) => s.text);
  const fraction = useRun((s) => s.fraction);
  const remainingMs = useRun((s) => s.remainingMs);
  const phaseOfDevice = useDevice((s) => s.phase);
  const device = useWithoutGpu() ? 'failed' : phaseOfDevice;
  const model = useModel((s) => s.phase);
  const loaded = useLoaded();
  const waiting = model === 'offered' && !loaded ? 'Waiting for your word on the model' : text;
  return (
    <RunStatus
      {...{ phase, fraction, remainingMs, device }}
      text={model === 'loading' ? 'Loading the model' : waiting}
      onStop={cancelRun}
      onAgain={runAgain}
    />
  );
}

/** Of the contender with the most; as they were taken, where they were. */
const mostSteps = (slots: readonly number[], contenders: readonly PictureContender[]): number =>
  Math.max(...slots.map((slot, i) => frames.get(slot)?.steps ?? contenders[i]!.steps));

/** The pictures of all contenders, and the way back through the steps. */
export function Stage() {
  const e = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const hidden = useView((s) => s.hidden);
  const large = useView((s) => s.large);
  const fit = useRun((s) => s.previewFit);
  const loaded = useLoaded();
  const { titles, common } = useNames();
  const width = e.width || (loaded?.size.width ?? 1);
  const height = e.height || (loaded?.size.height ?? 1);
  const shown = slots.flatMap((slot, index) => (hidden.includes(slot) ? [] : [{ slot, index, title: titles[index]! }]));
  return (
    <section className="stage" aria-label="Pictures">
      <Claim />
      <div className="stage-bar">
        <Status />
        <ViewTools />
      </div>
      <p className="fine" data-testid="common">
        {common && slots.length > 1 && `For all: ${common}. `}
        {fit !== null && (
          <span title="A linear map from latents to colours, fitted to this model's own decoder and judged on latents it was not fitted to">
            Steps are previews that explain {Math.round(100 * fit)} % of a picture; the end is decoded.
          </span>
        )}
      </p>
      {shown.length === 0 && (
        <p>
          Every contender is hidden.{' '}
          <button type="button" onClick={() => setView({ hidden: [] })}>
            Show all
          </button>
        </p>
      )}
      <div className={`canvases n${shown.length}`}>
        {shown.map((contender) => (
          <ContenderPictures key={contender.slot} {...contender} ratio={width / height} />
        ))}
      </div>
      <StepScrubber steps={mostSteps(slots, e.contenders)} />
      {large && slots.includes(large.slot) && (
        <Suspense fallback={null}>
          <Large {...large} />
        </Suspense>
      )}
    </section>
  );
}
