import { useState } from 'react';
import { useStore } from 'zustand';
import { LinesChart, type Row } from '../../../../frame/ui/charts/LinesChart.tsx';
import { titleOf } from '../../config/rowed.ts';
import type { RowedSession } from '../../state/rowedSession.ts';
import { figuresShown } from './Results.tsx';

interface Props {
  readonly session: RowedSession<never>;
  readonly xTitle: string;
}

/** A figure of every row along its way, chosen from a menu. */
export default function Curves({ session, xTitle }: Props) {
  const state = useStore(session.store);
  const { kind } = session;
  const { setup, rows } = state;
  const ids = figuresShown(session, state);
  const [picked, setPicked] = useState<string | null>(null);
  const id = picked !== null && ids.includes(picked) ? picked : ids[0];
  if (!setup || id === undefined) return null;
  const points = rows.flatMap(({ records }, i) =>
    records
      .filter(({ figures }) => Number.isFinite(figures[id]))
      .map(({ at, figures }): Row => ({ x: at, [`s${i}`]: figures[id]! })),
  );
  return (
    <section className="charts rowed-curves" aria-label="Along the way">
      <label className="rowed-pick">
        Show{' '}
        <select aria-label="Figure along the way" value={id} onChange={(e) => setPicked(e.target.value)}>
          {ids.map((one) => (
            <option key={one} value={one}>
              {kind.figures[one]!.title}
            </option>
          ))}
        </select>
      </label>
      <LinesChart
        id={`${session.view}-way`}
        title={`Along the way: ${kind.figures[id]!.title}`}
        xTitle={xTitle}
        yTitle={kind.figures[id]!.title}
        rows={merged(points)}
        slots={rows.map((_, i) => i)}
        highlighted={null}
        empty="The first step appears here."
        names={(i) => (setup.rows[i] ? titleOf(kind, setup, i) : `method ${i + 1}`)}
      />
    </section>
  );
}

/** One row a place. */
function merged(points: readonly Row[]): readonly Row[] {
  const at = new Map<number, Row>();
  for (const p of points) at.set(p.x, { ...at.get(p.x), ...p });
  return [...at.values()].toSorted((a, b) => a.x - b.x);
}
