import { useMemo, useState } from 'react';
import { LinesChart, type Row } from '../../../../frame/ui/charts/LinesChart.tsx';
import { compact } from '../../../../frame/ui/format.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { useTimeLeft } from '../../../../frame/ui/useTimeLeft.ts';
import { cancelSweep, sweep } from '../../state/sweep.ts';
import type { SlotPoint } from '../../state/sweepStore.ts';
import { summaryOf } from '../figures.ts';
import { useExperiment, useLoaded, useNames, useRun, useSweep, useView } from '../hooks.ts';

const COSTS = [
  ['nfe', 'evaluations', (p: SlotPoint) => p.nfe],
  ['passes', 'network passes', (p: SlotPoint) => p.passes],
  ['wallMs', 'milliseconds', (p: SlotPoint) => p.wallMs],
] as const;

/** A row for each cost that was measured, a column for each contender. */
function rowsOf(points: readonly SlotPoint[], cost: (p: SlotPoint) => number): readonly Row[] {
  const xs = [...new Set(points.map(cost))].sort((a, b) => a - b);
  return xs.map(
    (x) =>
      Object.assign(
        { x },
        Object.fromEntries(points.filter((p) => cost(p) === x).map((p) => [`s${p.slot}`, summaryOf(p.errors).mean])),
      ) as Row,
  );
}

/** Paired error against cost, over numbers of steps. */
export default function Charts() {
  const slots = useExperiment((s) => s.slots);
  const budgets = useExperiment((s) => s.experiment.budgets);
  const { lines } = useNames();
  const { phase, points, passed, fraction, stale, text } = useSweep((s) => s);
  const highlighted = useView((s) => s.highlighted);
  const ran = useRun((s) => s.phase === 'done');
  const loaded = useLoaded();
  const [cost, setCost] = useState<(typeof COSTS)[number][0]>('nfe');
  const left = useTimeLeft(phase === 'running', fraction);
  const [, xTitle, read] = COSTS.find(([id]) => id === cost)!;
  const rows = useMemo(() => rowsOf(points, read), [points, read]);
  const names = (slot: number) => lines[slots.indexOf(slot)] ?? '';
  const about = (slot: number, x: number) => {
    const point = points.find((p) => p.slot === slot && read(p) === x);
    const half = point ? summaryOf(point.errors).half : null;
    return point ? `${half === null ? '' : `± ${compact(half, 2)}, `}${point.steps} steps` : '';
  };
  return (
    <section className="charts" aria-label="Charts">
      <div className="chart-tools sweep-tools">
        <h2>Error against cost</h2>
        <div className="sweep" data-testid="sweep" data-phase={phase}>
          {phase === 'running' ? (
            <>
              <progress aria-label="Sweep under way" max={1} {...(fraction > 0 && { value: fraction })} />
              <span>
                {text || `${Math.round(100 * fraction)} %`}
                {left}
              </span>
              <button type="button" onClick={cancelSweep}>
                Cancel sweep
              </button>
            </>
          ) : (
            <button
              type="button"
              disabled={!loaded || !ran}
              onClick={() => void sweep()}
              title={`Runs every contender at ${budgets.join(', ')} steps`}
            >
              Run sweep
            </button>
          )}
        </div>
        {points.length > 0 && (
          <label className="check">
            Cost
            <select value={cost} aria-label="Cost axis" onChange={(e) => setCost(e.target.value as typeof cost)}>
              {COSTS.map(([id, title]) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        )}
        {stale && phase !== 'running' && <p className="chart-note">The experiment has changed since this sweep.</p>}
      </div>
      {points.length === 0 ? (
        <p className="fine">
          A sweep runs each contender at {budgets.join(', ')} steps and measures its latents against a solution of four
          times as many steps from the same noise. Contenders that draw noise have no such solution and are passed over.
        </p>
      ) : (
        <div className={`chart-row${stale ? ' stale' : ''}`}>
          <LinesChart
            id="sweep-error"
            title="How far from the many-step solution"
            xTitle={xTitle}
            yTitle="relative error of the latents"
            rows={rows}
            slots={slots}
            highlighted={highlighted}
            names={names}
            about={about}
            empty="The first points appear here."
            dots
            log
          />
        </div>
      )}
      {passed.length > 0 && (
        <ul className={`passed fine${stale ? ' stale' : ''}`} data-testid="sweep-passed">
          {passed
            .filter(({ slot }) => slots.includes(slot))
            .map(({ slot, because }) => (
              <li key={slot}>
                <Marker slot={slot} /> {names(slot)} was passed over: {because}.
              </li>
            ))}
        </ul>
      )}
    </section>
  );
}
