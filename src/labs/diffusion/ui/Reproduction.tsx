import { contenderTitle } from '../../../samplers/contenders/naming.ts';
import { StepReproduction } from '../../../frame/ui/StepReproduction.tsx';
import { useRun } from './hooks.ts';

/** Whether the opened link's run came out the same here; for a link that carries a record. */
export default function Reproduction() {
  const outcome = useRun((s) => s.reproduction);
  const phase = useRun((s) => s.phase);
  const contenders = useRun((s) => s.experiment?.contenders);
  return (
    <StepReproduction
      outcome={outcome}
      pending={phase === 'running' || phase === 'waiting'}
      units="data units"
      name={(i) => (contenders?.[i] ? contenderTitle(contenders[i]) : `contender ${i + 1}`)}
    />
  );
}
