import { StepReproduction } from '../../../frame/ui/StepReproduction.tsx';
import { contenderTitle } from '../config/naming.ts';
import { useExperiment, useRun } from './hooks.ts';

/** Whether the opened link's run came out the same here. */
export function PicturesReproduction() {
  const carried = useExperiment((s) => s.fingerprint !== null);
  const outcome = useRun((s) => s.reproduction);
  const phase = useRun((s) => s.phase);
  const contenders = useRun((s) => s.experiment?.contenders);
  if (!carried) return null;
  return (
    <StepReproduction
      outcome={outcome}
      pending={phase === 'running' || phase === 'waiting'}
      units="units of the latents"
      name={(i) => (contenders?.[i] ? contenderTitle(contenders[i]) : `contender ${i + 1}`)}
    />
  );
}
