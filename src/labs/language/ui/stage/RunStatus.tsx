import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/session.ts';
import { useLanguageDevice, useLanguageRun, useModel } from '../hooks.ts';

/** What the machine is doing, in words and as a hairline of progress. */
export function RunStatus() {
  const phase = useLanguageRun((s) => s.phase);
  const text = useLanguageRun((s) => s.text);
  const fraction = useLanguageRun((s) => s.fraction);
  const device = useLanguageDevice().phase;
  const model = useModel((s) => s.phase);
  const loaded = useModel((s) => s.loaded !== null);
  const words =
    device === 'starting'
      ? 'Starting the device'
      : device === 'failed' && phase === 'waiting'
        ? 'Nothing can run'
        : device === 'lost'
          ? 'Waiting for a new device'
          : model === 'loading'
            ? 'Loading the model'
            : model === 'offered' && !loaded
              ? 'Waiting for your word on the model'
              : phase === 'done'
                ? 'Run complete'
                : phase === 'cancelled'
                  ? 'Run stopped'
                  : phase === 'failed'
                    ? 'Run failed'
                    : text;
  return (
    <div className="run-status">
      <span role="status" data-phase={phase} data-testid="run-status">
        {words}
        {phase === 'running' && fraction !== null && `, ${Math.round(fraction * 100)} %`}
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
