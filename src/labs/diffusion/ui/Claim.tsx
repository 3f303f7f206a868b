import { lazy, Suspense } from 'react';
import { formatExperiment } from '../config/codec.ts';
import { firstPreset } from '../config/firstPreset.ts';
import { ClaimOf } from './ClaimOf.tsx';
import { useExperiment } from './hooks.ts';

const GalleryClaim = lazy(() => import('./GalleryClaim.tsx'));

/** What to look for, while the experiment is one of the gallery's. */
export function Claim() {
  const hash = formatExperiment(useExperiment((s) => s.experiment));
  return hash === '' ? (
    <ClaimOf preset={firstPreset} />
  ) : (
    <Suspense fallback={null}>
      <GalleryClaim hash={hash} />
    </Suspense>
  );
}
