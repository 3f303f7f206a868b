import { useStore } from 'zustand';
import { LinesChart, type Row } from '../../../../frame/ui/charts/LinesChart.tsx';
import { fitSamples } from '../../config/fitPlan.ts';
import { fitStore } from '../../state/fit.ts';

const names = ['training starts', 'held-out starts'];
const SLOTS = [0, 1];

/** Mean distance of the ends against evaluations, on the starts it trains on and on those it does not. */
export default function FitCurve() {
  const curve = useStore(fitStore, (s) => s.curve);
  const of = useStore(fitStore, (s) => s.of);
  const phase = useStore(fitStore, (s) => s.phase);
  const rows = curve
    .filter(({ train, valid, spent }) => train > 0 && valid > 0 && Number.isFinite(train + valid) && spent > 0)
    .map(({ spent, train, valid }): Row => ({ x: spent, s0: train, s1: valid }));
  return (
    <section className="fit-curve" aria-label="How the search goes">
      <LinesChart
        id="fit-curve"
        title="Distance from the fine solution, as the search goes"
        xTitle={of ? `evaluations of ${fitSamples(of.experiment)} samples` : 'evaluations'}
        yTitle="mean distance"
        rows={rows}
        slots={SLOTS}
        highlighted={null}
        log
        empty={phase === 'running' ? 'The first numbers are on their way.' : 'Nothing was told yet.'}
        names={(slot) => names[slot] ?? ''}
      />
      <p className="fine legend">
        {names.map((name, slot) => (
          <span key={name}>
            <i className={`line s${slot}`} aria-hidden="true" /> {name}
          </span>
        ))}
        <span>what is kept is the best on held-out starts</span>
      </p>
    </section>
  );
}
