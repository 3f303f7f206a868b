import { RunStatus as Status } from '../../../../frame/ui/RunStatus.tsx';
import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/again.ts';
import { useDevice, useRun } from '../hooks.ts';

export function RunStatus() {
  const phase = useRun((s) => s.phase);
  const text = useRun((s) => s.text);
  const fraction = useRun((s) => s.fraction);
  const remainingMs = useRun((s) => s.remainingMs);
  const device = useDevice((s) => s.phase);
  return <Status {...{ phase, text, fraction, remainingMs, device }} onStop={cancelRun} onAgain={runAgain} />;
}
