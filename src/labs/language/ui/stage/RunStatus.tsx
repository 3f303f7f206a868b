import { useTimeLeft } from '../../../../frame/ui/useTimeLeft.ts';
import type { DeviceState } from '../../../../frame/state/deviceStore.ts';
import type { ModelState } from '../../state/model.ts';
import type { LanguageRun } from '../../state/runStore.ts';
import { cancelRun } from '../../state/runner.ts';
import { runAgain } from '../../state/session.ts';
import { useLanguageDevice, useLanguageRun, useModel } from '../hooks.ts';

const ENDS: Readonly<Partial<Record<LanguageRun['phase'], string>>> = {
  done: 'Run complete',
  cancelled: 'Run stopped',
  failed: 'Run failed',
};
interface Now {
  readonly device: DeviceState['phase'];
  readonly model: ModelState['phase'];
  readonly loaded: boolean;
  readonly phase: LanguageRun['phase'];
  readonly text: string;
}
/** The device's trouble first, then the model's, then the run's own words. */
function wordsOf({ device, model, loaded, phase, text }: Now): string {
  if (device === 'starting') return 'Starting the device';
  if (device === 'failed' && phase === 'waiting') return 'Nothing can run';
  if (device === 'lost') return 'Waiting for a new device';
  if (model === 'loading') return 'Loading the model';
  if (model === 'offered' && !loaded) return 'Waiting for your word on the model';
  return ENDS[phase] ?? text;
}

/** What the machine is doing, in words and as a hairline of progress. */
export function RunStatus() {
  const phase = useLanguageRun((s) => s.phase);
  const text = useLanguageRun((s) => s.text);
  const fraction = useLanguageRun((s) => s.fraction);
  const left = useTimeLeft(phase === 'running', fraction);
  const device = useLanguageDevice().phase;
  const model = useModel((s) => s.phase);
  const loaded = useModel((s) => s.loaded !== null);
  return (
    <div className="run-status">
      <span role="status" data-phase={phase} data-testid="run-status">
        {wordsOf({ device, model, loaded, phase, text })}
        {phase === 'running' && fraction !== null && `, ${Math.round(fraction * 100)} %${left}`}
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
