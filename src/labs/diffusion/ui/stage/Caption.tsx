import type { Ref } from 'react';
import { whyUndefined, type MetricItem } from '../../state/metrics.ts';
import type { ContenderResult } from '../../state/runStore.ts';
import { shortTitle } from '../columns.ts';
import { compact, milliseconds } from '../../../../frame/ui/format.ts';
import { useRun } from '../hooks.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';

/** A line may break after the dot, not before. */
const DOT = '\u00a0· ';

interface Props {
  readonly slot: number;
  readonly title: string;
  readonly metric: MetricItem | undefined;
  readonly step?: Ref<HTMLSpanElement>;
}

/** A contender's name, its cost and its quality. */
export function Caption({ slot, title, metric, step }: Props) {
  const result = useRun((s) => s.results[slot]);
  const run = useRun((s) => s.run);
  return (
    <div>
      <div className="caption-title">
        <Marker slot={slot} /> <b>{title.replaceAll(' · ', DOT)}</b> <span className="caption-step" ref={step} />
      </div>
      <div className={`caption-numbers${result && result.run !== run ? ' stale' : ''}`}>
        {result ? (
          <>
            <span>
              {result.cost.nfe} <abbr title="Network evaluations of the whole run">NFE</abbr>
            </span>
            <span>{milliseconds(result.cost.gpuMs ?? result.cost.wallMs)}</span>
          </>
        ) : (
          <span>&nbsp;</span>
        )}
        {metric && slot >= 0 && <Value metric={metric} result={result} />}
      </div>
    </div>
  );
}

function Value({ metric, result }: { metric: MetricItem; result: ContenderResult | undefined }) {
  const value = result?.quality[metric.id];
  const why = result ? whyUndefined(metric, result.stochastic, result.stepwise) : null;
  return (
    <span className="caption-metric" title={why ?? `${metric.title}. ${metric.summary}`}>
      <span>{shortTitle(metric)}</span> {why ? <i>not defined</i> : <b>{value === undefined ? '–' : compact(value)}</b>}
    </span>
  );
}
