import { lazy, Suspense, useMemo, useState } from 'react';
import { sortedRows, type Sort } from '../../../frame/ui/sort.ts';
import { SortHead } from '../../../frame/ui/SortHead.tsx';
import { useNames } from './comparison.ts';
import { useExperiment, useRun, useView } from './hooks.ts';
import { setView } from '../state/viewStore.ts';
import { resultColumns } from './resultColumns.ts';
import { ResultsRow } from './ResultsRow.tsx';

const Bars = lazy(() => import('./wraps/Bars.tsx'));

/** The run's numbers, contender by contender; a column's head sorts by it. */
export function ResultsTable() {
  const { model, contenders, samples } = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const results = useRun((s) => s.results);
  const run = useRun((s) => s.run);
  const inspected = useView((s) => s.inspected);
  const { titles, rests } = useNames();
  const [sort, setSort] = useState<Sort | null>(null);
  const columns = useMemo(
    () => resultColumns({ model, contenders, results: slots.map((s) => results[s]) }),
    [results, slots, contenders, model],
  );
  const sorted = columns.find((c) => c.id === sort?.id);
  const order = sorted ? sortedRows(slots.length, (i) => sorted.value(i), sort!.down) : slots.map((_, i) => i);
  const blunt = columns.filter((c) => c.tellsNothing).map((c) => c.head);
  return (
    <section className="results" aria-label="Results">
      <div className="section-head">
        <h2>Results of this run</h2>
        <p className="fine">
          ± is the 95 % interval from {samples} samples; in bold the best of a column and all that cannot be told from
          it
          {blunt.length > 0 && <span data-testid="blunt-metrics">. Nothing is told apart by {blunt.join(', ')}</span>}
        </p>
        <button
          type="button"
          onClick={() => setView({ panel: 'likelihood' })}
          title="Follows each contender’s flow back to noise, for hundreds of evaluations"
        >
          Log-likelihood…
        </button>
      </div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Results table">
        <table>
          <thead>
            <tr>
              <th scope="col">Contender</th>
              <th scope="col">Settings</th>
              {columns.map((c) => (
                <SortHead key={c.id} column={c} sort={sort} onSort={setSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {order.map((i) => {
              const slot = slots[i]!;
              const result = results[slot];
              return (
                <ResultsRow
                  key={slot}
                  index={i}
                  slot={slot}
                  title={titles[i]!}
                  rest={rests[i]!}
                  columns={columns}
                  stale={result !== undefined && result.run !== run}
                  inspected={inspected === slot}
                  bars={
                    contenders[i]!.wraps && (
                      <Suspense fallback={null}>
                        <Bars contender={contenders[i]!} model={model} />
                      </Suspense>
                    )
                  }
                />
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
