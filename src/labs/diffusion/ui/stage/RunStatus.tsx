import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/session.ts';
import { seconds } from '../../../../frame/ui/format.ts';
import { useDevice, useRun } from '../hooks.ts';

/** What the machine is doing, in words and as a hairline of progress. */
export function RunStatus() {
  const phase = useRun((s) => s.phase);
  const text = useRun((s) => s.text);
  const fraction = useRun((s) => s.fraction);
  const remaining = useRun((s) => s.remainingMs);
  const device = useDevice((s) => s.phase);
  const words =
    device === 'starting'
      ? 'Starting the device'
      : device === 'failed' && phase === 'waiting'
        ? 'Nothing can run'
        : device === 'lost'
          ? 'Waiting for a new device'
          : phase === 'done'
            ? 'Run complete'
            : phase === 'cancelled'
              ? 'Run stopped'
              : phase === 'failed'
                ? 'Run failed'
                : text;
  const percent =
    phase === 'running' && fraction !== null
      ? `, ${Math.round(fraction * 100)} %${remaining !== null && remaining > 950 ? `, ${seconds(remaining)} left` : ''}`
      : '';
  return (
    <div className="run-status">
      <span role="status" data-phase={phase} data-testid="run-status">
        {words}
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
