import { useMemo, useState } from 'react';
import { contenderPlan } from '../config/contender.ts';
import { samplerMenu, scheduleMenu } from '../config/menus.ts';
import { bestValue, presentMetrics } from '../state/metrics.ts';
import { setView } from '../state/viewStore.ts';
import { shortTitle } from './columns.ts';
import { columnFormat } from '../../../frame/ui/columns.ts';
import { useExperiment, useRun, useSweep, useView } from './hooks.ts';
import { Marker } from '../../../frame/ui/Marker.tsx';

interface Column {
  readonly id: string;
  readonly head: string;
  readonly unit: string;
  readonly help: string;
  readonly better: 'lower' | 'higher' | null;
  readonly digits: number;
  value(row: number): number | null;
}

/** The run's numbers, contender by contender; a column's head sorts by it. */
export function ResultsTable() {
  const { model, contenders } = useExperiment((s) => s.experiment);
  const slots = useExperiment((s) => s.slots);
  const floors = useSweep((s) => s.floors);
  const results = useRun((s) => s.results);
  const run = useRun((s) => s.run);
  const inspected = useView((s) => s.inspected);
  const [sort, setSort] = useState<{ id: string; down: boolean } | null>(null);
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
  const order = slots.map((_, i) => i);
  const sorted = columns.find((c) => c.id === sort?.id);
  if (sorted)
    order.sort((a, b) => (sort!.down ? -1 : 1) * ((sorted.value(a) ?? Infinity) - (sorted.value(b) ?? Infinity)));
  const format = new Map(
    columns.map((c) => [
      c.id,
      c.digits === 0
        ? String
        : columnFormat(
            slots.map((_, i) => c.value(i)),
            c.digits,
          ),
    ]),
  );
  const best = new Map(
    columns
      .filter((c) => c.better)
      .map((c) => [
        c.id,
        bestValue(
          slots.map((_, i) => c.value(i)),
          c.better!,
        ),
      ]),
  );
  /** Below the noise floor a smaller number means nothing: all that reach it are as good. */
  const isBest = (c: Column, v: number) =>
    c.better !== null &&
    (v === best.get(c.id) ||
      (c.better === 'lower' && floors[c.id] !== undefined && v <= floors[c.id]!.mean + floors[c.id]!.sd));
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
                <th
                  key={c.id}
                  scope="col"
                  className="n"
                  aria-sort={sort?.id === c.id ? (sort.down ? 'descending' : 'ascending') : 'none'}
                >
                  <button
                    type="button"
                    title={c.help}
                    onClick={() =>
                      setSort(
                        sort?.id === c.id ? (sort.down ? null : { id: c.id, down: true }) : { id: c.id, down: false },
                      )
                    }
                  >
                    {c.head}
                    {sort?.id === c.id && <span aria-hidden="true">{sort.down ? ' ↓' : ' ↑'}</span>}
                    <span className="unit">{c.unit || '\u00a0'}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {order.map((i) => {
              const c = contenders[i]!;
              const slot = slots[i]!;
              const result = results[slot];
              return (
                <tr
                  key={slot}
                  data-testid={`result-row-${i}`}
                  className={`${result && result.run !== run ? 'stale' : ''} ${inspected === slot ? 'inspected' : ''}`}
                  onPointerEnter={() => setView({ highlighted: slot })}
                  onPointerLeave={() => setView({ highlighted: null })}
                >
                  <th scope="row">
                    <Marker slot={slot} /> {samplerMenu.find((m) => m.id === c.sampler)?.title}
                  </th>
                  <td className="schedule">
                    {c.schedule === 'explicit' ? 'own σ list' : scheduleMenu.find((m) => m.id === c.schedule)?.title}
                  </td>
                  {columns.map((col) => {
                    const v = col.value(i);
                    return (
                      <td
                        key={col.id}
                        className={`n${v !== null && isBest(col, v) ? ' best' : ''}`}
                        data-column={col.id}
                        data-value={v ?? ''}
                      >
                        {v === null ? (
                          <span className="none" title="Does not apply to this contender">
                            –
                          </span>
                        ) : (
                          format.get(col.id)!(v)
                        )}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
