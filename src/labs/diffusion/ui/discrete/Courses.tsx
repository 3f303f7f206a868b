import { useStore } from 'zustand';
import { LinesChart, type Row } from '../../../../frame/ui/charts/LinesChart.tsx';
import { compact } from '../../../../frame/ui/format.ts';
import { Marker } from '../../../../frame/ui/Marker.tsx';
import { titleOf } from '../../config/rowed.ts';
import { discreteSession } from '../../state/discreteSession.ts';

const { kind, store } = discreteSession;

/** What more steps buy, and what each method has learned, step by step. */
export default function Courses() {
  const { setup, begun } = useStore(store);
  if (!setup || !begun) return null;
  const at = new Map<number, Row>();
  begun.bySteps.forEach((line, i) => {
    for (const { steps, tv } of line) if (tv > 0) at.set(steps, { ...at.get(steps), x: steps, [`s${i}`]: tv });
  });
  return (
    <>
      <section className="charts rowed-curves" aria-label="What more steps buy">
        <LinesChart
          id="discrete-steps"
          title="What more steps buy"
          xTitle="steps"
          yTitle="TV to the data"
          rows={[...at.values()].toSorted((a, b) => a.x - b.x)}
          slots={setup.rows.map((_, i) => i)}
          highlighted={null}
          empty="The first run appears here."
          dots
          log
          names={(i) => titleOf(kind, setup, i)}
        />
        <p className="fine">
          Each method learns anew for each number of steps; where that takes long, only for its own. With masks and
          equal steps the line is {compact(begun.apart, 3)} over the number of steps, exactly.
        </p>
      </section>
      <section className="rowed-results law-courses" aria-label="What is learned">
        <div className="section-head">
          <h2>What is learned</h2>
          <p className="fine">time left, and the scale Φ of the scores, at each step</p>
        </div>
        {setup.rows.map((_, i) => {
          const course = begun.courses[i];
          if (!course) return null;
          return (
            <details key={i} data-testid={`course-${i}`}>
              <summary>
                <Marker slot={i} /> {titleOf(kind, setup, i)}
              </summary>
              <div className="rowed-scroll">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">step</th>
                      <th scope="col">from time</th>
                      <th scope="col">to time</th>
                      <th scope="col">Φ</th>
                    </tr>
                  </thead>
                  <tbody>
                    {course.scales.map((scale, k) => (
                      <tr key={k}>
                        <th scope="row">{k + 1}</th>
                        <td>{compact(course.times[k]!, 4)}</td>
                        <td>{compact(course.times[k + 1]!, 4)}</td>
                        <td>{compact(scale, 4)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </details>
          );
        })}
      </section>
    </>
  );
}
