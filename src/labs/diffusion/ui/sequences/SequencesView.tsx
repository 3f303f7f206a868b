import { lazy, Suspense } from 'react';
import type { RowedSession } from '../../state/rowedSession.ts';
import { sequenceSession } from '../../state/sequenceSession.ts';
import { RowedView } from '../rowed/RowedView.tsx';
import { Films } from './Films.tsx';

const Curves = lazy(() => import('../rowed/Curves.tsx'));
const Trades = lazy(() => import('./Trades.tsx'));
const session = sequenceSession as unknown as RowedSession<never>;

/** Toy videos that are sampled frame by frame, as strips. */
export default function SequencesView() {
  return (
    <RowedView
      session={session}
      says="Videos made frame by frame, each given the last few of its own. Two things go wrong, and no single frame shows either: what is no longer given is forgotten, and what each step of a sampler loses adds up."
      same="any sampler, same noise for the same frame; denoisers are exact, on the processor"
      head="Films"
      board={<Films />}
      after={
        <Suspense fallback={<section className="charts" aria-label="Along the way" />}>
          <Curves session={session} xTitle="frame" />
          <Trades />
        </Suspense>
      }
    />
  );
}
