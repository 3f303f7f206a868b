import { lazy, Suspense } from 'react';
import { discreteSession } from '../../state/discreteSession.ts';
import type { RowedSession } from '../../state/rowedSession.ts';
import { RowedView } from '../rowed/RowedView.tsx';
import { Laws } from './Laws.tsx';
import './discrete.css';

const Curves = lazy(() => import('../rowed/Curves.tsx'));
const Courses = lazy(() => import('./Courses.tsx'));
const session = discreteSession as unknown as RowedSession<never>;

/** Discrete diffusion of two tokens, whose whole law is known. */
export default function DiscreteView() {
  return (
    <RowedView
      session={session}
      says="Diffusion of tokens in place of numbers: two of sixteen values each, so that the law of a whole run is computed, not estimated. Few steps lose something twice: each is too long for its rates, and both tokens are drawn apart."
      same="same law and noise; scores are exact, on the processor"
      head="Laws"
      board={<Laws />}
      after={
        <Suspense fallback={<section className="charts" aria-label="Along the way" />}>
          <Curves session={session} xTitle="step" />
          <Courses />
        </Suspense>
      }
    />
  );
}
