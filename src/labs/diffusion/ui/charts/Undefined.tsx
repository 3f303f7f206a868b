import { commonMetric, whyUndefined, type MetricItem } from '../../state/metrics.ts';
import { setView } from '../../state/viewStore.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { useNames, useStochastic } from '../comparison.ts';
import { useExperiment } from '../hooks.ts';

/** Who is missing from the charts of a metric, why, and the metric that all contenders have. */
export function Undefined({ metric, metrics }: { metric: MetricItem; metrics: readonly MetricItem[] }) {
  const slots = useExperiment((s) => s.slots);
  const { titles } = useNames();
  const stochastic = useStochastic();
  const missing = slots.flatMap((slot, i) =>
    whyUndefined(metric, stochastic[i]!) ? [{ slot, title: titles[i]! }] : [],
  );
  if (missing.length === 0) return null;
  const common = commonMetric(metrics, stochastic);
  return (
    <p className="chart-note" data-testid="undefined-metric">
      Not drawn:{' '}
      {missing.map(({ slot, title }, i) => (
        <span key={slot}>
          {i > 0 && ', '}
          <Marker slot={slot} /> {title}
        </span>
      ))}
      . {missing.length > 1 ? 'They draw' : 'It draws'} fresh noise, so the same start has no one right end and a paired
      error is not defined.{' '}
      {common && (
        <button type="button" onClick={() => setView({ metric: common.id })}>
          Show {common.title}, which all have
        </button>
      )}
    </p>
  );
}
