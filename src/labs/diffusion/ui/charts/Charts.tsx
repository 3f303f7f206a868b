import { useMemo } from 'react';
import { costOf, NOISY, paretoFront, seriesOf, timeNoise, type Fold } from '../../state/series.ts';
import type { About } from '../../state/types.ts';
import type { SlotPoint } from '../../state/sweepStore.ts';
import type { CostAxis } from '../../state/viewStore.ts';
import { costAxes, costFacts, toldBy } from '../../config/costs.ts';
import { useMetrics, useNameOf } from '../comparison.ts';
import { useExperiment, useRun, useSweep, useView } from '../hooks.ts';
import { FLOAT32_FLOOR } from '../../../../frame/ui/charts/axis.ts';
import { Chart } from './Chart.tsx';
import { ChartTools } from './ChartTools.tsx';
import { Undefined } from './Undefined.tsx';

/**
 * An error of exactly 0 is below what float32 resolves; it is drawn there, because a logarithmic axis has no place for
 * it.
 */
const onLogAxis = (v: number | undefined, log: boolean) => (log && v === 0 ? FLOAT32_FLOOR : v);

/**
 * What real images score against real images: the Fréchet distance depends on their number, so only a similar one will
 * do.
 */
const realFloor = (about: About | null, n: number) => about?.frechetFloor.find((f) => f.n / n < 1.25 && n / f.n < 1.25);

/** What repeats say of the clock; a single run of each point says nothing. */
function timeNote(noise: number | null, seeds: number): string {
  if (noise === null) return 'One time a point: its spread is not known, so the points are not joined.';
  const best = `Each point is the best of ${seeds}.`;
  return noise > NOISY
    ? `Unusable for ranking here: repeats differ by ± ${Math.round(noise * 100)} %. ${best}`
    : `${best} Repeats differ by ± ${Math.max(1, Math.round(noise * 100))} %.`;
}

/**
 * Quality against cost, latency against evaluations, quality against latency: one set of points, three ways to look.
 */
export default function Charts() {
  const { contenders, seed, samples, seeds } = useExperiment((s) => s.experiment);
  const everySlot = useExperiment((s) => s.slots);
  const hidden = useView((s) => s.hidden);
  const slots = useMemo(() => everySlot.filter((s) => !hidden.includes(s)), [everySlot, hidden]);
  const swept = useSweep((s) => s.points);
  const floors = useSweep((s) => s.floors);
  const results = useRun((s) => s.results);
  const run = useRun((s) => s.run);
  const shown = Object.values(results);
  const old = shown.length > 0 && shown.every((r) => r.run !== run);
  const about = useRun((s) => s.about);
  const axis = useView((s) => s.costAxis);
  const highlighted = useView((s) => s.highlighted);
  const own = useMemo(
    () =>
      everySlot.flatMap((slot, i): SlotPoint[] =>
        results[slot]
          ? [{ slot, steps: contenders[i]!.steps, seed, cost: results[slot].cost, quality: results[slot].quality }]
          : [],
      ),
    [everySlot, results, contenders, seed],
  );
  const all = useMemo(() => [...swept, ...own], [swept, own]);
  const { present: metrics, shown: metric } = useMetrics();
  const names = useNameOf();
  const timed = all.some((p) => p.cost.gpuMs !== null);
  const latency: CostAxis = axis === 'wallMs' || !timed ? 'wallMs' : 'gpuMs';
  const cost: CostAxis = axis === 'gpuMs' && !timed ? 'wallMs' : axis;
  // The GPU's clock keeps its place where there is none: what it lacks is said there.
  const told = useMemo(() => {
    const tell = toldBy(all.map((p) => p.cost));
    return costAxes.filter((id) => id === 'gpuMs' || id === cost || tell.includes(id));
  }, [all, cost]);
  const costAbout = costFacts[cost];
  const log = metric?.log ?? true;
  const charts = useMemo(() => {
    if (!metric) return null;
    const quality = (p: Pick<SlotPoint, 'quality'>) => onLogAxis(p.quality[metric.id], log);
    const foldOf = (x: CostAxis): Fold => (costFacts[x].kind === 'time' ? 'best' : 'mean');
    const both = (x: CostAxis) => ({
      series: seriesOf(swept, slots, costOf(x), quality, { x: true, y: log }, { x: foldOf(x), y: 'mean' }),
      own: seriesOf(own, slots, costOf(x), quality, { x: true, y: log }),
    });
    const pareto = both(latency);
    const front = paretoFront(
      pareto.series.flatMap((s) => s.points).length > 0
        ? pareto.series.flatMap((s) => s.points)
        : pareto.own.flatMap((s) => s.points),
      metric.better,
    );
    const time = {
      series: seriesOf(swept, slots, costOf('nfe'), costOf(latency), { x: true, y: true }, { x: 'mean', y: 'best' }),
      own: seriesOf(own, slots, costOf('nfe'), costOf(latency), { x: true, y: true }),
    };
    return { quality: both(cost), time, pareto, front };
  }, [swept, own, slots, metric, log, cost, latency]);
  const unit = metric?.unit ? `, ${metric.unit}` : '';
  const floor = metric && (floors[metric.id] ?? (metric.id === 'fd' ? realFloor(about, samples) : undefined));
  const noise = useMemo(() => timeNoise(swept, costOf(latency)), [swept, latency]);
  const timing = { joined: noise !== null && noise <= NOISY, note: timeNote(noise, seeds) };
  const common = { names, highlighted };
  return (
    <section className="charts" aria-label="Charts">
      <ChartTools metrics={metrics} metric={metric} timed={timed} costs={told} />
      {metric && <Undefined metric={metric} metrics={metrics} />}
      <div className={`chart-row${old ? ' stale' : ''}`}>
        <Chart
          {...common}
          id="quality"
          title={`${metric?.title ?? 'Quality'} against ${costAbout.against}`}
          xTitle={costAbout.title}
          xKind={costAbout.kind === 'time' ? 'time' : 'nfe'}
          yKind="quality"
          yTitle={`${metric?.title ?? 'quality'}${unit}`}
          yMost={metric?.most}
          series={charts?.quality.series ?? []}
          own={charts?.quality.own ?? []}
          yLog={log}
          {...(costAbout.kind === 'count' ? { joined: true, note: '' } : timing)}
          {...(floor && { floor })}
        />
        <Chart
          {...common}
          {...timing}
          id="latency"
          title="Latency against evaluations"
          xTitle="NFE"
          xKind="nfe"
          yKind="time"
          yTitle={costFacts[latency].title}
          series={charts?.time.series ?? []}
          own={charts?.time.own ?? []}
          yLog
        />
        <Chart
          {...common}
          {...timing}
          id="pareto"
          title={`${metric?.title ?? 'Quality'} against latency`}
          xTitle={costFacts[latency].title}
          xKind="time"
          yKind="quality"
          yTitle={`${metric?.title ?? 'quality'}${unit}`}
          yMost={metric?.most}
          series={charts?.pareto.series ?? []}
          own={charts?.pareto.own ?? []}
          yLog={log}
          front={timing.joined ? (charts?.front ?? []) : []}
          {...(floor && { floor })}
        />
      </div>
    </section>
  );
}
