import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import { distilSession } from '../../state/distilSession.ts';
import type { RowedSession } from '../../state/rowedSession.ts';
import Credits from '../Credits.tsx';
import { RowedView } from '../rowed/RowedView.tsx';
import { Particles } from './Particles.tsx';

const Curves = lazy(() => import('../rowed/Curves.tsx'));
const session = distilSession as unknown as RowedSession<never>;

/** Particles under score distillation, by several methods, live. */
export default function DistilView() {
  const about = useStore(distilSession.store, (s) => s.begun?.about);
  return (
    <RowedView
      session={session}
      says="Particles are pushed until, noised, they look to the model like its data: score distillation, the way in which image models make three-dimensional scenes."
      same="same particles, same noise at each step"
      head="Particles"
      board={
        <>
          <Particles />
          {about && <Credits about={about} />}
        </>
      }
      after={
        <Suspense fallback={<section className="charts" aria-label="Along the way" />}>
          <Curves session={session} xTitle="step" />
        </Suspense>
      }
    />
  );
}
