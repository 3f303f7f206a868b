import type { DeviceState } from '../../../../frame/state/deviceStore.ts';
import type { RunState } from '../../state/runStore.ts';
import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/session.ts';
import { seconds } from '../../../../frame/ui/format.ts';
import { useDevice, useRun } from '../hooks.ts';

const ENDS: Readonly<Partial<Record<RunState['phase'], string>>> = {
  done: 'Run complete',
  cancelled: 'Run stopped',
  failed: 'Run failed',
};
/** The device's trouble first, then the run's own words. */
function wordsOf(device: DeviceState['phase'], phase: RunState['phase'], text: string): string {
  if (device === 'starting') return 'Starting the device';
  if (device === 'failed' && phase === 'waiting') return 'Nothing can run';
  if (device === 'lost') return 'Waiting for a new device';
  return ENDS[phase] ?? text;
}

/** What the machine is doing, in words and as a hairline of progress. */
export function RunStatus() {
  const phase = useRun((s) => s.phase);
  const text = useRun((s) => s.text);
  const fraction = useRun((s) => s.fraction);
  const remaining = useRun((s) => s.remainingMs);
  const device = useDevice((s) => s.phase);
  const percent =
    phase === 'running' && fraction !== null
      ? `, ${Math.round(fraction * 100)} %${remaining !== null && remaining > 950 ? `, ${seconds(remaining)} left` : ''}`
      : '';
  return (
    <div className="run-status">
      <span role="status" data-phase={phase} data-testid="run-status">
        {wordsOf(device, phase, text)}
        {percent}
      </span>
      {phase === 'running' && (
        <button type="button" onClick={cancelRun}>
          Stop
        </button>
      )}
      {(phase === 'cancelled' || phase === 'failed') && (
        <button type="button" onClick={runAgain}>
          Run again
        </button>
      )}
      <progress
        className={phase === 'running' ? 'on' : ''}
        max={1}
        aria-hidden="true"
        {...(fraction !== null && { value: fraction })}
      />
    </div>
  );
}
