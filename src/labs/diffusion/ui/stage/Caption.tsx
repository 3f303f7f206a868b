import type { Ref } from 'react';
import { samplerMenu } from '../../config/menus.ts';
import type { Contender } from '../../config/experiment.ts';
import { shownMetric, type MetricItem } from '../../state/metrics.ts';
import { shortTitle } from '../columns.ts';
import { compact, milliseconds } from '../../../../frame/ui/format.ts';
import { useRun, useView } from '../hooks.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';

export const samplerTitle = (c: Contender | null): string =>
  c ? (samplerMenu.find((m) => m.id === c.sampler)?.title ?? c.sampler) : 'Reference';

interface Props {
  readonly slot: number;
  readonly contender: Contender | null;
  readonly metrics: readonly MetricItem[];
  readonly step?: Ref<HTMLSpanElement>;
}

/** A contender's name, its cost and its quality. */
export function Caption({ slot, contender, metrics, step }: Props) {
  const result = useRun((s) => s.results[slot]);
  const run = useRun((s) => s.run);
  const chosen = useView((s) => s.metric);
  const metric = shownMetric(chosen, metrics);
  const value = metric && result?.quality[metric.id];
  const title = samplerTitle(contender);
  return (
    <div>
      <div className="caption-title">
        <Marker slot={slot} /> <b title={title}>{title}</b> <span className="caption-step" ref={step} />
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
        {metric && slot >= 0 && (
          <span className="caption-metric" title={`${metric.title}. ${metric.summary}`}>
            <span>{shortTitle(metric)}</span> <b>{value === undefined ? '–' : compact(value)}</b>
          </span>
        )}
      </div>
    </div>
  );
}
