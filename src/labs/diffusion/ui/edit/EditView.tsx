import { lazy, Suspense, useEffect } from 'react';
import { useStore } from 'zustand';
import { Sheet } from '../../../../frame/ui/Sheet.tsx';
import { StepReproduction } from '../../../../frame/ui/StepReproduction.tsx';
import { rowTitle, setupLine } from '../../config/taskWords.ts';
import { beginEdit, editStore, runTask, stopTask } from '../../state/editSession.ts';
import Credits from '../Credits.tsx';
import { editText } from '../../state/editText.ts';
import { ViewClaim } from '../ViewClaim.tsx';
import { useSetup } from './hooks.ts';
import { Methods } from './Methods.tsx';
import { Pictures } from './Pictures.tsx';
import { Results } from './Results.tsx';
import { Setup } from './Setup.tsx';
import './edit.css';

const Levels = lazy(() => import('./Levels.tsx'));

/** Given pictures or points: what is done with them on the left, what several methods made of them on the right. */
export function EditView() {
  useEffect(() => beginEdit(), []);
  const { setup, fingerprint } = useSetup();
  const text = useStore(editText.store, (s) => s.experiment.text);
  const { phase, reproduction, about, setup: ran, rows } = useStore(editStore);
  return (
    <main className="edit-view" data-testid="edit-view" data-phase={phase}>
      <Sheet>
        <Setup />
        <Methods />
      </Sheet>
      <div className="bench">
        {fingerprint !== null && (
          <StepReproduction
            outcome={reproduction}
            pending={phase === 'running'}
            units="data units"
            name={(i) => (ran?.rows[i] ? rowTitle(ran.rows[i]) : `method ${i + 1}`)}
          />
        )}
        <section aria-label="Pictures" className="edit-board">
          <ViewClaim view="edit" text={text} />
          <div className="stage-bar section-head">
            <h2>Before and after</h2>
            <p className="fine">{setupLine(setup)}</p>
            <RunButton />
          </div>
          <Failure />
          <Pictures />
          {about && <Credits about={about} />}
        </section>
        <Results />
        {ran?.task === 'invert' && rows.some((r) => r.result?.levels) && (
          <Suspense fallback={<section className="charts" aria-label="Round trip by level" />}>
            <Levels />
          </Suspense>
        )}
      </div>
    </main>
  );
}

function RunButton() {
  const { phase, status, fraction } = useStore(editStore);
  const running = phase === 'running';
  return (
    <div className="edit-run">
      {running && fraction !== null && <progress max={1} value={fraction} aria-label="Progress of the task" />}
      <span role="status" className="fine">
        {running ? status : ''}
      </span>
      <button type="button" onClick={() => (running ? stopTask() : void runTask())}>
        {running ? 'Stop' : 'Run again'}
      </button>
    </div>
  );
}

function Failure() {
  const failure = useStore(editStore, (s) => s.failure);
  const phase = useStore(editStore, (s) => s.phase);
  if (!failure) return phase === 'cancelled' ? <p className="fine">Stopped. What was there stays.</p> : null;
  return (
    <p className="bad edit-failure" role="alert">
      {failure.message} {failure.hint}
    </p>
  );
}
