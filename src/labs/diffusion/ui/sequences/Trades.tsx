import { useState } from 'react';
import { useStore } from 'zustand';
import { LinesChart, type Row } from '../../../../frame/ui/charts/LinesChart.tsx';
import { titleOf } from '../../config/rowed.ts';
import { sequenceSession } from '../../state/sequenceSession.ts';
import type { SequenceBegun } from '../../worker/protocol.ts';

const { kind, store } = sequenceSession;
type Trade = NonNullable<SequenceBegun['trade']>;

const CHARTS = {
  front: {
    title: 'What a budget buys: forgotten against degraded',
    xTitle: 'forgotten, nats',
    yTitle: 'degraded, nats',
    rows: ({ fronts }: Trade) =>
      fronts.flatMap((front, i) =>
        front
          .filter((t) => t.forgotten > 0 && t.degraded > 0)
          .map((t): Row => ({ x: t.forgotten, [`s${i}`]: t.degraded })),
      ),
    about: ({ fronts }: Trade, slot: number, x: number) => {
      const at = fronts[slot]?.find((t) => t.forgotten === x);
      return at ? `${at.window} frames given, ${at.steps} steps` : '';
    },
    says: 'A network that reads w given frames with each new one pays for 1 + w frames an evaluation. With a row’s own budget, its steps times 1 + w, it may see far in few steps or little in many: choices that no other one beats in both, at most 64 steps. All frames given forget nothing, which has no place on a logarithmic axis.',
  },
  forgetting: {
    title: 'Forgotten, by how many frames are given',
    xTitle: 'frames given',
    yTitle: 'nats',
    rows: ({ forgetting }: Trade) => forgetting.map((v, w): Row => ({ x: w, s0: v })),
    about: () => 'any sampler',
    says: 'What exact conditionals forget: the same for every sampler, and no denoiser can take it away.',
  },
  degrading: {
    title: 'Degraded, by steps, all frames given',
    xTitle: 'steps a frame',
    yTitle: 'nats',
    rows: ({ degrading }: Trade) =>
      degrading.flatMap((line, i) =>
        line.filter((t) => t.degraded > 0).map((t): Row => ({ x: t.steps, [`s${i}`]: t.degraded })),
      ),
    about: () => '',
    says: 'What the sampler of each row loses where nothing is forgotten: it adds up over frames.',
  },
} as const;
type ChartId = keyof typeof CHARTS;

/** What there is to choose between, where the law of a rollout is known. */
export default function Trades() {
  const { setup, begun } = useStore(store);
  const [id, setId] = useState<ChartId>('front');
  const trade = begun?.trade;
  if (!setup || !trade) return null;
  const chart = CHARTS[id];
  return (
    <section className="charts rowed-curves" aria-label="What there is to choose between">
      <label className="rowed-pick">
        Show{' '}
        <select aria-label="Trade that is shown" value={id} onChange={(e) => setId(e.target.value as ChartId)}>
          {(Object.keys(CHARTS) as ChartId[]).map((one) => (
            <option key={one} value={one}>
              {CHARTS[one].title}
            </option>
          ))}
        </select>
      </label>
      <LinesChart
        id="sequence-trade"
        title={chart.title}
        xTitle={chart.xTitle}
        yTitle={chart.yTitle}
        rows={merged(chart.rows(trade))}
        slots={id === 'forgetting' ? [0] : setup.rows.map((_, i) => i)}
        highlighted={null}
        empty="The first run appears here."
        dots
        log={id !== 'forgetting'}
        names={(i) => (id === 'forgetting' ? 'exact conditionals' : titleOf(kind, setup, i))}
        about={(slot, x) => chart.about(trade, slot, x)}
      />
      <p className="fine">{chart.says}</p>
    </section>
  );
}

/** One row a place. */
function merged(points: readonly Row[]): readonly Row[] {
  const at = new Map<number, Row>();
  for (const p of points) at.set(p.x, { ...at.get(p.x), ...p });
  return [...at.values()].toSorted((a, b) => a.x - b.x);
}
