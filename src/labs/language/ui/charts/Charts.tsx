import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { languageCard, textMetricMenu } from '../../config/menus.ts';
import { inspect } from '../../state/inspector.ts';
import { useTimeLeft } from '../../../../frame/ui/useTimeLeft.ts';
import { cancelSweep, languageSweep, sweep } from '../../state/sweep.ts';
import { textKey } from '../../state/texts.ts';
import { useLanguage, useLanguageNames, useLanguageRun, useLanguageView, useModel } from '../hooks.ts';
import { bits, quoted } from '../text.ts';
import { useSlow } from '../useSlow.ts';
import { LinesChart } from '../../../../frame/ui/charts/LinesChart.tsx';
import { alongText, sweepRows, sweptMetrics } from './series.ts';

const SMOOTH = [
  [1, 'each token'],
  [9, 'mean of 9'],
  [25, 'mean of 25'],
] as const;
/** Milliseconds between drawings of the lines; long ones, which cost more, come less often. */
const SLOW = 400;

/** A metric's unit; which way is better for one without. */
function axisTitle(metric: (typeof textMetricMenu)[number] | undefined): string {
  if (metric?.unit) return metric.unit;
  return metric?.better === 'lower' ? 'lower is better' : 'higher is better';
}

/** Entropy and surprisal along the text, and quality against what a sweep varies. */
export default function Charts() {
  const { contenders, samples, model, maxTokens } = useLanguage((s) => s.experiment);
  const slots = useLanguage((s) => s.slots);
  const { titles } = useLanguageNames();
  const texts = useSlow(
    useLanguageRun((s) => s.texts),
    SLOW + Math.min(1200, (contenders.length * maxTokens) / 4),
  );
  const sample = Math.min(
    useLanguageView((s) => s.sample),
    samples - 1,
  );
  const highlighted = useLanguageView((s) => s.highlighted);
  const { phase, points, fraction, stale } = useStore(languageSweep);
  const left = useTimeLeft(phase === 'running', fraction);
  const ready = useModel((s) => s.loaded !== null);
  const [smooth, setSmooth] = useState(9);
  const shown = useMemo(
    () => slots.map((slot) => ({ slot, tokens: texts[textKey(slot, sample)]?.tokens ?? [] })),
    [texts, slots, sample],
  );
  const surprisal = useMemo(() => alongText(shown, (t) => bits(-t.record.logProbability), smooth), [shown, smooth]);
  const entropy = useMemo(() => alongText(shown, (t) => bits(t.record.entropy), smooth), [shown, smooth]);
  const names = (slot: number) => titles[slots.indexOf(slot)] ?? '';
  // A mean over several tokens is none of them.
  const about = (slot: number, x: number) =>
    smooth === 1
      ? quoted(shown.find((t) => t.slot === slot)?.tokens[x - 1]?.text ?? '')
      : `mean of ${smooth} around it`;
  const onPoint = (slot: number, x: number) => {
    if (Number.isInteger(x)) void inspect({ slot, sample, path: '', at: x - 1 });
  };
  const common = { slots, highlighted, names };
  const along = { ...common, xTitle: 'token', empty: 'The first tokens appear here.', about, onPoint };
  const countdown = model.from === 'bundled' && languageCard(model.id)?.checker === 'countdown';
  const axis = points[0]?.axis ?? (countdown ? 'samples' : 'temperature');
  return (
    <section className="charts" aria-label="Charts">
      <div className="chart-tools">
        <h2>Along the text</h2>
        <label className="check">
          Lines show
          <select value={smooth} aria-label="Smoothing" onChange={(e) => setSmooth(Number(e.target.value))}>
            {SMOOTH.map(([n, title]) => (
              <option key={n} value={n}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="chart-row two">
        <LinesChart
          {...along}
          id="surprisal"
          title="How unlikely the model held what was written"
          yTitle="surprisal, bits"
          rows={surprisal}
        />
        <LinesChart {...along} id="entropy" title="How undecided the model was" yTitle="entropy, bits" rows={entropy} />
      </div>
      <div className="chart-tools sweep-tools">
        <h2>Quality against {axis === 'samples' ? 'number of samples' : 'temperature'}</h2>
        <div className="sweep" data-testid="sweep" data-phase={phase}>
          {phase === 'running' ? (
            <>
              <progress aria-label="Sweep under way" max={1} {...(fraction > 0 && { value: fraction })} />
              <span>
                {Math.round(100 * fraction)} %{left}
              </span>
              <button type="button" onClick={cancelSweep}>
                Cancel sweep
              </button>
            </>
          ) : (
            <button
              type="button"
              disabled={!ready}
              onClick={() => void sweep()}
              title={
                countdown
                  ? 'Writes more and more samples and checks each answer'
                  : 'Writes at a range of temperatures and judges the texts'
              }
            >
              Run sweep
            </button>
          )}
        </div>
        {stale && phase !== 'running' && <p className="chart-note">The experiment has changed since this sweep.</p>}
      </div>
      {points.length === 0 ? (
        <p className="fine">
          A sweep writes each contender’s text at{' '}
          {countdown
            ? 'growing numbers of samples and counts the solved ones'
            : 'a range of temperatures and judges it: log-loss under the model, how varied it is, how much it repeats itself'}
          .
        </p>
      ) : (
        <div className={`chart-row${stale ? ' stale' : ''}`}>
          {sweptMetrics(points).map((id) => {
            const m = textMetricMenu.find((t) => t.id === id);
            return (
              <LinesChart
                key={id}
                {...common}
                id={`sweep-${id}`}
                title={m?.title ?? id.replaceAll('_', ' ')}
                yTitle={axisTitle(m)}
                xTitle={axis}
                rows={sweepRows(points, id)}
                empty="The first points appear here."
                dots
              />
            );
          })}
        </div>
      )}
    </section>
  );
}
