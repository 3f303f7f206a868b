import { lazy, Suspense } from 'react';
import { modelCard } from '../../config/menus.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { Claim } from '../Claim.tsx';
import { useMetrics, useNames } from '../comparison.ts';
import { useExperiment, useView } from '../hooks.ts';
import { ContenderCanvas } from './ContenderCanvas.tsx';
import { RunStatus } from './RunStatus.tsx';
import { Scrubber } from './Scrubber.tsx';
import { ViewTools } from './ViewTools.tsx';

const DrawPad = lazy(() => import('./DrawPad.tsx'));
const OverlayCanvas = lazy(() => import('./OverlayCanvas.tsx'));

/** The pictures: one canvas for each contender, or all in one, and the way back through the steps. */
export function Stage() {
  const experiment = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const layout = useView((s) => s.layout);
  const { titles, common } = useNames();
  const { shown: metric } = useMetrics();
  const image = modelCard(experiment.model).shape.kind === 'image';
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
      <div className={`canvases n${slots.length + (image || experiment.model === 'drawn' ? 1 : 0)}`}>
        {experiment.model === 'drawn' && (
          <Suspense fallback={<figure className="contender-canvas" />}>
            <DrawPad />
          </Suspense>
        )}
        {layout === 'overlay' ? (
          <Suspense fallback={<figure className="overlay" />}>
            <OverlayCanvas model={experiment.model} titles={titles} slots={slots} metric={metric} />
          </Suspense>
        ) : (
          slots.map((slot, i) => (
            <ContenderCanvas
              key={slot}
              index={i}
              slot={slot}
              model={experiment.model}
              title={titles[i]!}
              metric={metric}
            />
          ))
        )}
        {layout === 'side' && image && (
          <ContenderCanvas index={-1} slot={REFERENCE} model={experiment.model} title="Reference" metric={metric} />
        )}
      </div>
      <Scrubber />
    </section>
  );
}
