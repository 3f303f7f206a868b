import { lazy, Suspense } from 'react';
import { modelCard } from '../../config/menus.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { Claim } from '../Claim.tsx';
import { setView } from '../../state/viewStore.ts';
import { useMetrics, useNames } from '../comparison.ts';
import { useExperiment, useView } from '../hooks.ts';
import { ContenderCanvas } from './ContenderCanvas.tsx';
import { RunStatus } from './RunStatus.tsx';
import { Scrubber } from './Scrubber.tsx';
import { ViewTools } from './ViewTools.tsx';

const DrawPad = lazy(() => import('./DrawPad.tsx'));
const Large = lazy(() => import('./Large.tsx'));
const OverlayCanvas = lazy(() => import('./OverlayCanvas.tsx'));

/** The pictures: one canvas for each contender, or all in one, and the way back through the steps. */
export function Stage() {
  const experiment = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const layout = useView((s) => s.layout);
  const hidden = useView((s) => s.hidden);
  const large = useView((s) => s.large);
  const { titles, common } = useNames();
  const { shown: metric } = useMetrics();
  const image = modelCard(experiment.model).shape.kind === 'image';
  const shown = slots.flatMap((slot, i) => (hidden.includes(slot) ? [] : [{ slot, index: i, title: titles[i]! }]));
  return (
    <section className="stage" aria-label="Samples">
      <Claim />
      <div className="stage-bar">
        <RunStatus />
        <ViewTools image={image} />
      </div>
      {common && slots.length > 1 && (
        <p className="fine" data-testid="common">
          For all: {common}
        </p>
      )}
      {shown.length === 0 && (
        <p>
          Every contender is hidden.{' '}
          <button type="button" onClick={() => setView({ hidden: [] })}>
            Show all
          </button>
        </p>
      )}
      <div className={`canvases n${shown.length + (image || experiment.model === 'drawn' ? 1 : 0)}`}>
        {experiment.model === 'drawn' && (
          <Suspense fallback={<figure className="contender-canvas" />}>
            <DrawPad />
          </Suspense>
        )}
        {layout === 'overlay' ? (
          <Suspense fallback={<figure className="overlay" />}>
            <OverlayCanvas
              model={experiment.model}
              titles={shown.map((s) => s.title)}
              slots={shown.map((s) => s.slot)}
              metric={metric}
            />
          </Suspense>
        ) : (
          shown.map((contender) => (
            <ContenderCanvas key={contender.slot} {...contender} model={experiment.model} metric={metric} />
          ))
        )}
        {layout === 'side' && image && (
          <ContenderCanvas index={-1} slot={REFERENCE} model={experiment.model} title="Reference" metric={metric} />
        )}
      </div>
      <Scrubber />
      {large !== null && (large < 0 || slots.includes(large)) && (
        <Suspense fallback={null}>
          <Large slot={large} />
        </Suspense>
      )}
    </section>
  );
}
