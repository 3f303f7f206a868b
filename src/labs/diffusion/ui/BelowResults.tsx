import VerifiedNote from '../../../frame/ui/contenders/VerifiedNote.tsx';
import { useExperiment } from './hooks.ts';
import { Inspector } from './Inspector.tsx';

/** What stands under the table of results, loaded when it comes into sight. */
export default function BelowResults() {
  const contenders = useExperiment((s) => s.experiment.contenders);
  return (
    <>
      <VerifiedNote samplers={contenders.map((c) => c.sampler)} />
      <Inspector />
    </>
  );
}
