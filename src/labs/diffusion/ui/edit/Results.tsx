import { useStore } from 'zustand';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { compact } from '../../../../frame/ui/format.ts';
import { TASK_METRICS, type TaskMetricId } from '../../config/taskMetricIds.ts';
import { rowTitle, taskMetrics } from '../../config/taskWords.ts';
import { editStore, type EditState } from '../../state/editSession.ts';

/** The metrics that some row has. */
export const metricsShown = ({ rows }: Pick<EditState, 'rows'>): readonly TaskMetricId[] =>
  TASK_METRICS.filter((id) => rows.some((r) => r.result?.quality[id]));

export interface Cell {
  readonly text: string;
  readonly best: boolean;
}
/** A number with its interval; the best one of its column where there is a best, and its interval parts it from the next. */
export function cellsOf(state: Pick<EditState, 'rows'>, id: TaskMetricId): readonly Cell[] {
  const { better } = taskMetrics[id];
  const all = state.rows.map((r) => r.result?.quality[id]);
  const usable = all.filter((m) => m !== undefined && Number.isFinite(m.value));
  const sign = better === 'higher' ? -1 : 1;
  const ranked = usable.toSorted((a, b) => sign * (a!.value - b!.value));
  const [first, second] = ranked;
  const apart =
    better !== null &&
    first?.half != null &&
    second?.half != null &&
    Math.abs(first.value - second.value) > first.half + second.half;
  return all.map((m) => {
    if (!m) return { text: '', best: false };
    const value = Number.isFinite(m.value) ? compact(m.value, 3) : 'not finite';
    return { text: m.half === null ? value : `${value} ± ${compact(m.half, 2)}`, best: apart && m === first };
  });
}

/** What it came to in numbers. */
export function Results() {
  const state = useStore(editStore);
  const { setup, rows } = state;
  if (!setup || !rows.some((r) => r.result)) return null;
  const ids = metricsShown(state);
  const columns = new Map(ids.map((id) => [id, cellsOf(state, id)]));
  return (
    <section className="results edit-results" aria-label="Results">
      <div className="section-head">
        <h2>Results</h2>
        <p className="fine">± is half of a 95 % interval over samples; bold: apart from every other one</p>
      </div>
      <div className="edit-scroll">
        <table data-testid="edit-results">
          <thead>
            <tr>
              <th scope="col">Method</th>
              {ids.map((id) => (
                <th key={id} scope="col" title={taskMetrics[id].help}>
                  {taskMetrics[id].title}
                </th>
              ))}
              <th scope="col" title="Evaluations of the model on each sample, and network passes where they differ">
                evaluations
              </th>
              <th scope="col" title="From the first step to the last, on this device">
                ms
              </th>
            </tr>
          </thead>
          <tbody>
            {setup.rows.map((row, i) => {
              const cost = rows[i]?.result?.cost;
              const passes = cost && cost.passes !== cost.nfe ? ` (${cost.passes} passes)` : '';
              return (
                <tr key={i}>
                  <th scope="row">
                    <Marker slot={i} /> {rowTitle(row)}
                  </th>
                  {ids.map((id) => {
                    const { text, best } = columns.get(id)![i]!;
                    return <td key={id}>{best ? <b>{text}</b> : text}</td>;
                  })}
                  <td>{cost ? `${cost.nfe}${passes}` : ''}</td>
                  <td>{cost ? compact(cost.wallMs, 3) : ''}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <ul className="fine edit-legend">
        {ids.map((id) => (
          <li key={id}>
            <b>{taskMetrics[id].title}</b> {taskMetrics[id].help}
          </li>
        ))}
      </ul>
    </section>
  );
}
