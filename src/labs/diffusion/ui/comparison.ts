// What the pictures, the table and the charts say of the contenders together: their names, and the metric in force.
import { useMemo } from 'react';
import { contenderPlan, drawsNoise } from '../config/contender.ts';
import { titlesOn } from '../config/wrapIdle.ts';
import type { MetricId } from '../config/menus.ts';
import type { Names } from '../../../samplers/contenders/naming.ts';
import { presentMetrics, shownMetric, type MetricItem } from '../state/metrics.ts';
import { useExperiment, useRun, useSweep, useView } from './hooks.ts';

/** Names of the present contenders, by what differs between them. */
export function useNames(): Names {
  const contenders = useExperiment((s) => s.experiment.contenders);
  const model = useExperiment((s) => s.experiment.model);
  return useMemo(() => titlesOn(model).contenderNames(contenders), [contenders, model]);
}

/** Names of a chart's lines by slot; a slot that is gone has none. */
export function useNameOf(): (slot: number) => string {
  const slots = useExperiment((s) => s.slots);
  const { lines } = useNames();
  return (slot) => lines[slots.indexOf(slot)] ?? '';
}

/** Which contenders have no paired error: they draw fresh noise, or their guidance acts once a step. */
export function useUnpaired(): readonly boolean[] {
  const { contenders, model } = useExperiment((s) => s.experiment);
  return useMemo(
    () => contenders.map((c) => drawsNoise(c, model) || contenderPlan(c, model).stepwise),
    [contenders, model],
  );
}

export interface ShownMetrics {
  readonly present: readonly MetricItem[];
  readonly shown: (MetricItem & { readonly id: MetricId }) | undefined;
}

/** The metrics of the run and the sweep, and the one that captions and charts show. */
export function useMetrics(): ShownMetrics {
  const results = useRun((s) => s.results);
  const points = useSweep((s) => s.points);
  const chosen = useView((s) => s.metric);
  const unpaired = useUnpaired();
  const present = useMemo(
    () => presentMetrics([...Object.values(results).map((r) => r.quality), ...points.map((p) => p.quality)]),
    [results, points],
  );
  return { present, shown: shownMetric(chosen, present, unpaired) };
}
