import { useStore } from 'zustand';
import { compact } from '../../../../frame/ui/format.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { titleOf } from '../../config/rowed.ts';
import type { RowedSession, RowedState } from '../../state/rowedSession.ts';

/** The figures that some row has, in the order of tables. */
export const figuresShown = ({ kind }: Pick<RowedSession<never>, 'kind'>, { rows }: Pick<RowedState<never>, 'rows'>) =>
  Object.keys(kind.figures).filter((id) => rows.some((r) => r.records.some(({ figures }) => id in figures)));
export const figureText = (value: number | undefined): string => {
  if (value === undefined) return '';
  if (Number.isInteger(value)) return String(value);
  return Number.isFinite(value) ? compact(value, 3) : 'not finite';
};

/** What each row came to at the end of what there is, and what it has cost. */
export function RowedResults({ session }: { readonly session: RowedSession<never> }) {
  const state = useStore(session.store);
  const { kind } = session;
  const { setup, rows } = state;
  if (!setup || !rows.some((r) => r.records.length > 0)) return null;
  const ids = figuresShown(session, state);
  return (
    <section className="results rowed-results" aria-label="Results">
      <div className="section-head">
        <h2>Results</h2>
        <p className="fine">{state.phase === 'running' ? 'so far' : 'at the end'}</p>
      </div>
      <div className="rowed-scroll">
        <table data-testid={`${session.view}-results`}>
          <thead>
            <tr>
              <th scope="col">Method</th>
              {ids.map((id) => (
                <th key={id} scope="col" title={kind.figures[id]!.help}>
                  {kind.figures[id]!.title}
                </th>
              ))}
              <th scope="col" title="Evaluations of the model on each sample, and network passes where they differ">
                evaluations
              </th>
              <th
                scope="col"
                title="The longest chain of evaluations that wait for each other: what enough devices would wait for"
              >
                depth
              </th>
              <th scope="col" title="On this device, measures of it left out">
                ms
              </th>
            </tr>
          </thead>
          <tbody>
            {setup.rows.map((_, i) => {
              const last = rows[i]?.records.at(-1);
              const cost = last?.cost;
              const passes = cost && cost.passes !== cost.nfe ? ` (${cost.passes} passes)` : '';
              return (
                <tr key={i}>
                  <th scope="row">
                    <Marker slot={i} /> {titleOf(kind, setup, i)}
                  </th>
                  {ids.map((id) => (
                    <td key={id}>{figureText(last?.figures[id])}</td>
                  ))}
                  <td>{cost ? `${cost.nfe}${passes}` : ''}</td>
                  <td>{cost?.depth ?? ''}</td>
                  <td>{cost ? compact(cost.wallMs, 3) : ''}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <ul className="fine rowed-legend">
        {ids.map((id) => (
          <li key={id}>
            <b>{kind.figures[id]!.title}</b> {kind.figures[id]!.help}
          </li>
        ))}
      </ul>
    </section>
  );
}
