import { bestOf, type MainFigure } from '../../../frame/state/mainFigure.ts';
import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { commonMetric, interval, presentMetrics } from './metrics.ts';
import type { RunState } from './runStore.ts';

/** What a run is remembered by: the best of its contenders by the first metric that all of them have. */
export function mainFigure({ experiment, slots, results }: RunState): MainFigure | null {
  const list = slots.flatMap((slot, i) => {
    const result = results[slot];
    const contender = experiment?.contenders[i];
    return result && contender ? [{ result, of: contenderTitle(contender) }] : [];
  });
  const metric = commonMetric(
    presentMetrics(list.map((r) => r.result.quality)),
    list.map((r) => r.result.stochastic),
  );
  return metric
    ? bestOf(
        metric,
        list.map(({ result, of }) => ({ of, value: result.quality[metric.id], half: interval(result, metric.id) })),
      )
    : null;
}
