import { lazy, Suspense } from 'react';
import { useRun } from './hooks.ts';

// Closed forms were made by nobody.
const Credits = lazy(() => import('./Credits.tsx'));

/** Who made the pictures, and what leaves the machine. */
export function Footer() {
  const about = useRun((s) => s.about);
  return (
    <footer>
      {about && (
        <Suspense fallback={null}>
          <Credits about={about} />
        </Suspense>
      )}
      <p>
        Everything is computed on this machine; nothing is sent anywhere. The address of the page is the experiment.
      </p>
    </footer>
  );
}
