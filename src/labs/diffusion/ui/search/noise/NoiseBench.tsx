import { lazy, Suspense, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { seconds } from '../../../../../frame/ui/format.ts';
import { baseFaultOf, linesOf } from '../../../config/seekSetup.ts';
import {
  secondOpinions,
  seekLine,
  seekTitle,
  verifierOf,
  verifierTitle,
  type SecondId,
} from '../../../config/seekWords.ts';
import { beginSeek, endSeek, seekStore, startSeek } from '../../../state/seekSession.ts';
import Credits from '../../Credits.tsx';
import { stopLine } from '../../../state/seekReach.ts';
import { seekText } from '../../../state/seekText.ts';
import { ViewClaim } from '../../ViewClaim.tsx';
import { useSeek } from './hooks.ts';
import { SeekPictures } from './SeekPictures.tsx';
import { SeekTable } from './SeekTable.tsx';
import { StepBars } from './StepBars.tsx';
import './noise.css';

const SeekCharts = lazy(() => import('./SeekCharts.tsx'));

/** How noise searches go, and what came of them: the score that was searched, and always one that was not. */
export function NoiseBench() {
  useEffect(() => beginSeek(), []);
  const state = useStore(seekStore);
  const { setup, phase, cells, before, failure, skipped, dropped, about } = state;
  const [chosen, setChosen] = useState<SecondId | null>(null);
  const [budgetChosen, setBudget] = useState<number | null>(null);
  const text = useStore(seekText.store, (s) => s.experiment.text);
  const claim = <ViewClaim view="seek" text={text} />;
  if (!setup)
    return (
      <section className="fit-idle" data-testid="seek" data-phase={phase}>
        {claim}
        <p>
          More steps bring a sampler nearer to one law, and then no further. A search spends evaluations on choosing
          instead: among starting noises, paths or draws of each step, by a verifier’s score.
        </p>
        <p className="fine">
          The verifier is what is searched for, so beside its score there is always a metric that nobody searched for:
          what the choice did to the samples as a whole.
        </p>
        <RunButton />
      </section>
    );
  const lines = linesOf(setup);
  const names = lines.map(seekTitle);
  const offered = before ? secondOpinions(before.second, setup.verifier) : [];
  const second = chosen && offered.includes(chosen) ? chosen : (offered[0] ?? null);
  const reached = setup.budgets.filter((b) => cells.some((c) => c.budget === b));
  const budget = budgetChosen !== null && reached.includes(budgetChosen) ? budgetChosen : (reached.at(-1) ?? null);
  const { hackable } = verifierOf(setup.verifier);
  return (
    <div className="seek-bench" data-testid="seek" data-phase={phase}>
      <section className="fit-head stage-bar">
        {claim}
        <h2>{verifierTitle(setup)}: searched for, and what it cost</h2>
        <p className="fine">
          {seekLine(setup)}
          {state.stoppedAt !== null && ', asked; what ran is told below'}
        </p>
        {hackable && <p className="remark">{hackable}</p>}
        <div className="seek-run">
          <RunButton />
          <Progress />
        </div>
        {failure && (
          <p className="bad" role="alert">
            {failure}
          </p>
        )}
        {Object.entries(dropped).map(([line, because]) => (
          <p key={line} className="remark" role="note">
            {names[Number(line)]}: {because}
          </p>
        ))}
        {skipped.length > 0 && (
          <details className="fine">
            <summary>{skipped.length} left out, and why</summary>
            {skipped.map(({ line, budget: b, because }) => (
              <p key={`${line} ${b}`}>
                {names[line]} at {b}: {because}
              </p>
            ))}
          </details>
        )}
      </section>
      {before && second && (
        <Suspense fallback={<section className="charts loading" aria-label="Charts" />}>
          <SeekCharts
            setup={setup}
            cells={cells}
            names={names}
            second={second}
            offered={offered}
            onSecond={setChosen}
          />
        </Suspense>
      )}
      {budget !== null && (
        <>
          <div className="seek-budgets">
            <span className="fine">Shown at a budget of</span>
            <div className="segments" role="group" aria-label="Budget that is shown">
              {reached.map((b) => (
                <button key={b} type="button" aria-pressed={b === budget} onClick={() => setBudget(b)}>
                  {b}
                </button>
              ))}
            </div>
            <span className="fine">evaluations a start</span>
          </div>
          <SeekTable budget={budget} names={names} seconds={offered} />
          <SeekPictures budget={budget} names={names} />
          <StepBars budget={budget} names={names} />
        </>
      )}
      {about && <Credits about={about} />}
    </div>
  );
}

function RunButton() {
  const { setup } = useSeek();
  const { phase, ending } = useStore(seekStore);
  if (phase === 'running')
    return (
      <button type="button" onClick={endSeek} disabled={ending} data-testid="seek-end">
        {ending ? 'Keeping the best so far…' : 'Stop and keep the best so far'}
      </button>
    );
  return (
    <button
      type="button"
      className="primary"
      disabled={baseFaultOf(setup) !== null}
      onClick={() => void startSeek()}
      data-testid="seek-start"
    >
      {phase === 'idle' ? 'Search' : 'Search again'}
    </button>
  );
}

function Progress() {
  const state = useStore(seekStore);
  const { phase, status, fraction, remainingMs, cells } = state;
  const ended = cells.find((c) => c.stopped);
  if (phase === 'running')
    return (
      <p className="fine" role="status">
        <progress max={1} value={fraction} /> {Math.round(100 * fraction)} %, {status}
        {remainingMs !== null && `, ${seconds(remainingMs)} left`}
      </p>
    );
  const reached = stopLine(state);
  if (reached === null) return null;
  return (
    <p className="remark" role="note" data-testid="seek-stopped">
      {reached}
      {ended &&
        ` One search was ended after ${Math.round(ended.cost.evaluations)} of ${ended.budget} evaluations of a start: the best by then is among the pictures, and in no mean.`}
    </p>
  );
}
