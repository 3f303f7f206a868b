import { useMemo } from 'react';
import { modelCard } from '../../config/menus.ts';
import { presentMetrics } from '../../state/metrics.ts';
import { REFERENCE } from '../../../../frame/state/slots.ts';
import { Claim } from '../Claim.tsx';
import { useExperiment, useRun, useSweep, useView } from '../hooks.ts';
import { ContenderCanvas } from './ContenderCanvas.tsx';
import { DrawPad } from './DrawPad.tsx';
import { OverlayCanvas } from './OverlayCanvas.tsx';
import { RunStatus } from './RunStatus.tsx';
import { Scrubber } from './Scrubber.tsx';
import { ViewTools } from './ViewTools.tsx';

/** The pictures: one canvas for each contender, or all in one, and the way back through the steps. */
export function Stage() {
  const experiment = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const layout = useView((s) => s.layout);
  const results = useRun((s) => s.results);
  const points = useSweep((s) => s.points);
  const metrics = useMemo(
    () => presentMetrics([...Object.values(results).map((r) => r.quality), ...points.map((p) => p.quality)]),
    [results, points],
  );
  const image = modelCard(experiment.model).shape.kind === 'image';
  return (
    <section className="stage" aria-label="Samples">
      <Claim />
      <div className="stage-bar">
        <RunStatus />
        <ViewTools image={image} />
      </div>
      <div className={`canvases n${slots.length + (image || experiment.model === 'drawn' ? 1 : 0)}`}>
        {experiment.model === 'drawn' && <DrawPad />}
        {layout === 'overlay' ? (
          <OverlayCanvas model={experiment.model} contenders={experiment.contenders} slots={slots} metrics={metrics} />
        ) : (
          slots.map((slot, i) => (
            <ContenderCanvas
              key={slot}
              index={i}
              slot={slot}
              model={experiment.model}
              contender={experiment.contenders[i]!}
              metrics={metrics}
            />
          ))
        )}
        {layout === 'side' && image && (
          <ContenderCanvas index={-1} slot={REFERENCE} model={experiment.model} contender={null} metrics={metrics} />
        )}
      </div>
      <Scrubber />
    </section>
  );
}
