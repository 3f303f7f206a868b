import { useStore } from 'zustand';
import { LinesChart, type Row } from '../../../../frame/ui/charts/LinesChart.tsx';
import { rowTitle } from '../../config/taskWords.ts';
import { editStore } from '../../state/editSession.ts';

/** How far the way down is from the way up, at each level of the round trips. */
export default function Levels() {
  const { setup, rows } = useStore(editStore);
  const points = rows.flatMap(({ result }, i) =>
    (result?.levels ?? [])
      .filter(({ error }) => error > 0 && Number.isFinite(error))
      .map(({ sigma, error }): Row => ({ x: sigma, [`s${i}`]: error })),
  );
  return (
    <section className="charts" aria-label="Round trip by level">
      <LinesChart
        id="round-trip"
        title="Round trip by level: how far the way down is from the way up"
        xTitle="noise level σ"
        yTitle="mean distance"
        rows={points.toSorted((a, b) => a.x - b.x)}
        slots={rows.map((_, i) => i)}
        highlighted={null}
        empty="The first round trip appears here."
        log
        names={(i) => (setup?.rows[i] ? rowTitle(setup.rows[i]) : `method ${i + 1}`)}
      />
    </section>
  );
}
