import { useStore } from 'zustand';
import { Marker } from '../../../../../frame/ui/Marker.tsx';
import { compact } from '../../../../../frame/ui/format.ts';
import { seekStore } from '../../../state/seekSession.ts';
import { stepBars } from '../../../state/seekSeries.ts';

const brief = (v: number): string => (v < 10 && !Number.isInteger(v) ? v.toFixed(1) : String(Math.round(v)));
const nameOf = (k: number): string => (k === 0 ? 'start' : `step ${k}`);

/** How searches that choose step by step spread a budget: a stacked bar each, a piece a step. */
export function StepBars({ budget, names }: { readonly budget: number; readonly names: readonly string[] }) {
  const cells = useStore(seekStore, (s) => s.cells);
  const bars = stepBars(cells, names.length, budget);
  if (bars.length === 0) return null;
  return (
    <section className="seek-bars" aria-label="Evaluations by step" data-testid="seek-bars">
      <h3>Where {budget} evaluations of a start went: a piece a step, the first its choice of a start</h3>
      {bars.map(({ line, perStep }) => (
        <figure key={line}>
          <figcaption>
            <Marker slot={line} /> {names[line]}
          </figcaption>
          <div
            className="seek-bar"
            role="img"
            aria-label={`${names[line]}: ${perStep.map((v, k) => `${nameOf(k)} ${compact(v, 3)}`).join(', ')}`}
          >
            {perStep.map((v, k) => (
              <i
                key={k}
                className={k === 0 ? 'first' : ''}
                style={{ width: `${(100 * v) / budget}%`, background: `var(--c${line % 8})` }}
                title={`${nameOf(k)}: ${compact(v, 3)} evaluations`}
              >
                {v / budget > 0.055 ? brief(v) : ''}
              </i>
            ))}
          </div>
        </figure>
      ))}
    </section>
  );
}
