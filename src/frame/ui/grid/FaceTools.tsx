import type { Axis } from '../../../experiments/grid/types.ts';
import type { GridMetric } from '../../config/grid.ts';
import { useGrid } from './context.ts';
import { lookOf, type Results } from './useResults.ts';

/** Which axes are columns and rows, what the others are held at, and the metric. */
export function FaceTools({ results: { head, laid, metric, metrics } }: { readonly results: Results }) {
  const { grid } = useGrid();
  const { setLook } = lookOf(grid);
  if (!head || !laid) return null;
  const { x, y, others } = laid;
  const title = (a: Axis) => grid.titleOf(a.field);
  const swap = () => setLook({ x: y?.field ?? null, y: x.field });
  const hold = (field: string, value: string) =>
    setLook({ held: { ...grid.look.getState().held, [field]: value === '' ? null : value } });
  return (
    <div className="face-tools">
      <label className="check">
        Columns
        <select
          value={x.field}
          onChange={(e) => (e.target.value === y?.field ? swap() : setLook({ x: e.target.value, y: y?.field ?? null }))}
        >
          {head.axes.map((a) => (
            <option key={a.field} value={a.field}>
              {title(a)}
            </option>
          ))}
        </select>
      </label>
      {y && (
        <label className="check">
          Rows
          <select
            value={y.field}
            onChange={(e) => (e.target.value === x.field ? swap() : setLook({ x: x.field, y: e.target.value }))}
          >
            {head.axes.map((a) => (
              <option key={a.field} value={a.field}>
                {title(a)}
              </option>
            ))}
          </select>
        </label>
      )}
      {others.map(({ axis, at }) => (
        <label key={axis.field} className="check">
          {title(axis)}
          <select value={at ?? ''} onChange={(e) => hold(axis.field, e.target.value)}>
            <option value="">mean of {axis.values.length}</option>
            {axis.values.map((v) => (
              <option key={v} value={v}>
                {v}
              </option>
            ))}
          </select>
        </label>
      ))}
      <label className="check">
        {metric?.cost ? 'Cost' : 'Quality'}
        <select
          value={metric?.id ?? ''}
          aria-label="Metric of the grid"
          title={metric?.summary}
          onChange={(e) => setLook({ metric: e.target.value })}
        >
          {metrics.length === 0 && <option value="">waiting for results</option>}
          <MetricOptions label="Quality" metrics={metrics.filter((m) => !m.cost)} />
          <MetricOptions label="Cost" metrics={metrics.filter((m) => m.cost)} />
        </select>
      </label>
    </div>
  );
}

function MetricOptions({ label, metrics }: { readonly label: string; readonly metrics: readonly GridMetric[] }) {
  if (metrics.length === 0) return null;
  return (
    <optgroup label={label}>
      {metrics.map((m) => (
        <option key={m.id} value={m.id}>
          {m.title}
        </option>
      ))}
    </optgroup>
  );
}
