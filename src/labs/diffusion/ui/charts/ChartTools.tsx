import { seconds } from '../../../../frame/ui/format.ts';
import { useExperiment, useRun, useSweep, useView } from '../hooks.ts';
import { cancelSweep, estimateMs, sweep } from '../../state/sweep.ts';
import type { MetricItem } from '../../state/metrics.ts';
import { setView, type CostAxis } from '../../state/viewStore.ts';
import { costFacts } from '../../config/costs.ts';

interface Props {
  readonly metrics: readonly MetricItem[];
  readonly metric: MetricItem | undefined;
  readonly timed: boolean;
  /** Costs that some point tells, and the chosen one. */
  readonly costs: readonly CostAxis[];
}
const CLOCKS: Partial<Record<CostAxis, readonly [label: string, help: string]>> = {
  gpuMs: ['GPU ms', 'Time by the GPU’s own clock'],
  wallMs: ['Wall ms', 'Time by the clock on the wall'],
};

/** Which quality, at which cost, and the sweep that fills the charts. */
export function ChartTools({ metrics, metric, timed, costs }: Props) {
  const phase = useSweep((s) => s.phase);
  const axis = useView((s) => s.costAxis);
  const experiment = useExperiment((s) => s.experiment);
  const results = useRun((s) => s.results);
  const estimate = estimateMs(
    experiment,
    Object.values(results).map((r) => r.cost),
  );
  return (
    <div className="chart-tools">
      <label className="check">
        Quality
        <select
          value={metric?.id ?? ''}
          aria-label="Quality metric"
          title={metric?.summary}
          onChange={(e) => setView({ metric: e.target.value })}
        >
          {metrics.length === 0 && <option value="">waiting for results</option>}
          {metrics.map((m) => (
            <option key={m.id} value={m.id}>
              {m.title}
            </option>
          ))}
        </select>
      </label>
      <div className="segmented" role="radiogroup" aria-label="Cost axis">
        {costs.map((id) => {
          const [label, help] = CLOCKS[id] ?? [costFacts[id].head, costFacts[id].help];
          const off = id === 'gpuMs' && !timed;
          return (
            <label
              key={id}
              className={off ? 'off' : ''}
              title={off ? 'This device has no GPU clock that the page may read' : help}
            >
              <input
                type="radio"
                name="cost"
                disabled={off}
                checked={axis === id}
                onChange={() => setView({ costAxis: id })}
              />
              {label}
            </label>
          );
        })}
      </div>
      <div className="sweep" data-testid="sweep" data-phase={phase}>
        <SweepControl estimate={estimate} />
      </div>
      <p className="chart-note">
        {metric?.summary} {experiment.seeds > 1 ? `Mean ± 1 s.d. over ${experiment.seeds} seeds` : 'One seed'}; ringed:
        this run.
      </p>
    </div>
  );
}

/** How far the sweep is, or its start. */
function SweepControl({ estimate }: { estimate: number | null }) {
  const { phase, text, fraction, remainingMs } = useSweep((s) => s);
  const ready = useRun((s) => s.phase === 'done');
  if (phase === 'running')
    return (
      <>
        <progress max={1} value={fraction} aria-label="Sweep progress" />
        <span>
          {text || 'Sweeping'} {Math.round(fraction * 100)} %{remainingMs !== null && `, ${seconds(remainingMs)} left`}
        </span>
        <button type="button" onClick={cancelSweep}>
          Cancel sweep
        </button>
      </>
    );
  if (phase === 'done') return <span className="fine">Sweep complete</span>;
  return (
    <button
      type="button"
      disabled={!ready}
      onClick={() => void sweep()}
      title="Runs every contender at every evaluation budget, to fill the charts"
    >
      Sweep budgets{estimate !== null && ` (${estimate < 950 ? '' : 'about '}${seconds(estimate)})`}
    </button>
  );
}
