import { useMemo, useState } from 'react';
import { contenderPlan } from '../config/contender.ts';
import { bestValue, presentMetrics } from '../state/metrics.ts';
import { shortTitle } from './columns.ts';
import { columnFormat } from '../../../frame/ui/columns.ts';
import { useExperiment, useRun, useSweep, useView } from './hooks.ts';
import { sortedRows, type Sort } from '../../../frame/ui/sort.ts';
import { SortHead } from '../../../frame/ui/SortHead.tsx';
import { ResultsRow, type Column, type WrittenColumn } from './ResultsRow.tsx';

/** The run's numbers, contender by contender; a column's head sorts by it. */
export function ResultsTable() {
  const { model, contenders } = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const floors = useSweep((s) => s.floors);
  const results = useRun((s) => s.results);
  const run = useRun((s) => s.run);
  const inspected = useView((s) => s.inspected);
  const [sort, setSort] = useState<Sort | null>(null);
  const columns = useMemo((): readonly Column[] => {
    const of = (row: number) => results[slots[row]!];
    const list = slots.map((s) => results[s]).filter((r) => r !== undefined);
    const guided = list.some((r) => r.cost.passes !== r.cost.nfe);
    const timed = list.some((r) => r.cost.gpuMs !== null);
    return [
      {
        id: 'steps',
        head: 'Steps',
        unit: '',
        help: 'Steps of the schedule',
        better: null,
        digits: 0,
        value: (i) => contenders[i]?.steps ?? null,
      },
      {
        id: 'nfe',
        head: 'NFE',
        unit: '',
        help: 'Evaluations of the denoiser: the fair measure of cost',
        better: null,
        digits: 0,
        value: (i) => of(i)?.cost.nfe ?? (contenders[i] ? contenderPlan(contenders[i], model).nfe : null),
      },
      ...(guided
        ? [
            {
              id: 'passes',
              head: 'Passes',
              unit: '',
              help: 'Network passes, which guidance doubles',
              better: null,
              digits: 0,
              value: (i: number) => of(i)?.cost.passes ?? null,
            } as const,
          ]
        : []),
      ...(timed
        ? [
            {
              id: 'gpu',
              head: 'GPU',
              unit: 'ms',
              help: 'Whole run by the GPU’s own clock',
              better: 'lower',
              digits: 2,
              value: (i: number) => of(i)?.cost.gpuMs ?? null,
            } as const,
          ]
        : []),
      {
        id: 'wall',
        head: 'Wall',
        unit: 'ms',
        help: 'Whole run by the clock on the wall',
        better: 'lower',
        digits: 2,
        value: (i) => of(i)?.cost.wallMs ?? null,
      },
      ...presentMetrics(list.map((r) => r.quality)).map((m): Column => ({
        id: m.id,
        head: shortTitle(m),
        unit: m.unit,
        help: `${m.title}. ${m.summary}`,
        better: m.better,
        digits: 3,
        value: (i) => of(i)?.quality[m.id] ?? null,
      })),
    ];
  }, [results, slots, contenders, model]);
  const sorted = columns.find((c) => c.id === sort?.id);
  const order = sorted ? sortedRows(slots.length, (i) => sorted.value(i), sort!.down) : slots.map((_, i) => i);
  const written = columns.map((c): WrittenColumn => {
    const values = slots.map((_, i) => c.value(i));
    const best = c.better ? bestValue(values, c.better) : null;
    const floor = c.better === 'lower' ? floors[c.id] : undefined;
    return {
      ...c,
      format: c.digits === 0 ? String : columnFormat(values, c.digits),
      // Below the noise floor a smaller number means nothing: all that reach it are as good.
      isBest: (v) => c.better !== null && (v === best || (floor !== undefined && v <= floor.mean + floor.sd)),
    };
  });
  return (
    <section className="results" aria-label="Results">
      <div className="section-head">
        <h2>Results of this run</h2>
        <p className="fine">best of each column in bold, and all that reach the noise floor</p>
      </div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label="Results table">
        <table>
          <thead>
            <tr>
              <th scope="col">Contender</th>
              <th scope="col">Schedule</th>
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
                  contender={contenders[i]!}
                  columns={written}
                  stale={result !== undefined && result.run !== run}
                  inspected={inspected === slot}
                />
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
