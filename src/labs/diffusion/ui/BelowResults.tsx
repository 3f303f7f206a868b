import { lazy, Suspense } from 'react';
import VerifiedNote from '../../../frame/ui/contenders/VerifiedNote.tsx';
import { useExperiment } from './hooks.ts';
import { Inspector } from './Inspector.tsx';

const Split = lazy(() => import('./split/Split.tsx'));

/** What stands under the table of results, loaded when it comes into sight. */
export default function BelowResults() {
  const { contenders, learned } = useExperiment((s) => s.experiment);
  return (
    <>
      <VerifiedNote samplers={contenders.map((c) => c.sampler)} />
      {learned && (
        <Suspense>
          <Split />
        </Suspense>
      )}
      <Inspector />
    </>
  );
}
