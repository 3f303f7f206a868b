import { useEffect, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { Sheet } from '../../../../frame/ui/Sheet.tsx';
import { StepReproduction } from '../../../../frame/ui/StepReproduction.tsx';
import { lineOf, titleOf } from '../../config/rowed.ts';
import type { RowedSession } from '../../state/rowedSession.ts';
import { rowedTexts } from '../../state/rowedText.ts';
import { ViewClaim } from '../ViewClaim.tsx';
import { RowedMethods } from './Methods.tsx';
import { RowedResults } from './Results.tsx';
import { RowedSetup, useReading } from './Setup.tsx';
import './rowed.css';

interface Props {
  readonly session: RowedSession<never>;
  /** What the view is for, and what its rows have in common. */
  readonly says: string;
  readonly same: string;
  readonly head: string;
  /** What is drawn of the rows, and what follows their numbers. */
  readonly board: ReactNode;
  readonly after?: ReactNode;
}

/** What is compared on the left, what came of it on the right. */
export function RowedView({ session, says, same, head, board, after }: Props) {
  useEffect(() => session.begin(), [session]);
  const { setup, fingerprint } = useReading(session);
  const text = useStore(rowedTexts[session.view].store, (s) => s.experiment.text);
  const { phase, reproduction, setup: ran } = useStore(session.store);
  return (
    <main className="rowed-view" data-testid={`${session.view}-view`} data-phase={phase}>
      <Sheet>
        <RowedSetup session={session} says={says} />
        <RowedMethods session={session} same={same} />
      </Sheet>
      <div className="bench">
        {fingerprint !== null && (
          <StepReproduction
            outcome={reproduction}
            pending={phase === 'running'}
            units="data units"
            name={(i) => (ran?.rows[i] ? titleOf(session.kind, ran, i) : `method ${i + 1}`)}
          />
        )}
        <section aria-label={head} className="rowed-board">
          <ViewClaim view={session.view} text={text} />
          <div className="stage-bar section-head">
            <h2>{head}</h2>
            <p className="fine">{lineOf(session.kind, setup)}</p>
            <RunButton session={session} />
          </div>
          <Failure session={session} />
          {board}
        </section>
        <RowedResults session={session} />
        {after}
      </div>
    </main>
  );
}

function RunButton({ session }: Pick<Props, 'session'>) {
  const { phase, status, fraction } = useStore(session.store);
  const running = phase === 'running';
  return (
    <div className="rowed-run">
      {running && fraction !== null && <progress max={1} value={fraction} aria-label="Progress" />}
      <span role="status" className="fine">
        {running ? status : ''}
      </span>
      <button type="button" onClick={() => (running ? session.stop() : void session.run())}>
        {running ? 'Stop' : 'Run again'}
      </button>
    </div>
  );
}

function Failure({ session }: Pick<Props, 'session'>) {
  const failure = useStore(session.store, (s) => s.failure);
  const phase = useStore(session.store, (s) => s.phase);
  if (!failure) return phase === 'cancelled' ? <p className="fine">Stopped. What was there stays.</p> : null;
  return (
    <p className="bad rowed-failure" role="alert">
      {failure.message} {failure.hint}
    </p>
  );
}
