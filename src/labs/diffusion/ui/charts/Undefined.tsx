import { commonMetric, whyUndefined, type MetricItem } from '../../state/metrics.ts';
import { setView } from '../../state/viewStore.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { useNames, useUnpaired } from '../comparison.ts';
import { useExperiment } from '../hooks.ts';

/** Who is missing from the charts of a metric, why, and the metric that all contenders have. */
export function Undefined({ metric, metrics }: { metric: MetricItem; metrics: readonly MetricItem[] }) {
  const slots = useExperiment((s) => s.slots);
  const { titles } = useNames();
  const unpaired = useUnpaired();
  const missing = slots.flatMap((slot, i) => (whyUndefined(metric, unpaired[i]!) ? [{ slot, title: titles[i]! }] : []));
  if (missing.length === 0) return null;
  const common = commonMetric(metrics, unpaired);
  return (
    <p className="chart-note" data-testid="undefined-metric">
      Not drawn:{' '}
      {missing.map(({ slot, title }, i) => (
        <span key={slot}>
          {i > 0 && ', '}
          <Marker slot={slot} /> {title}
        </span>
      ))}
      . Where fresh noise is drawn, or guidance acts once a step, the same start has no one right end and a paired error
      is not defined.{' '}
      {common && (
        <button type="button" onClick={() => setView({ metric: common.id })}>
          Show {common.title}, which all have
        </button>
      )}
    </p>
  );
}
