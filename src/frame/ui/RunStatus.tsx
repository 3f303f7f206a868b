import type { DeviceState } from '../state/deviceStore.ts';
import { seconds } from './format.ts';

type Phase = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
interface Props {
  readonly phase: Phase;
  readonly text: string;
  readonly fraction: number | null;
  readonly remainingMs: number | null;
  readonly device: DeviceState['phase'];
  onStop(): void;
  onAgain(): void;
}

const ENDS: Readonly<Partial<Record<Phase, string>>> = {
  done: 'Run complete',
  cancelled: 'Run stopped',
  failed: 'Run failed',
};
/** The device's trouble first, then the run's own words. */
function wordsOf({ device, phase, text }: Pick<Props, 'device' | 'phase' | 'text'>): string {
  if (device === 'starting') return 'Starting the device';
  if (device === 'failed' && phase === 'waiting') return 'Nothing can run';
  if (device === 'lost') return 'Waiting for a new device';
  return ENDS[phase] ?? text;
}

/** What the machine is doing, in words and as a hairline of progress. */
export function RunStatus({ phase, text, fraction, remainingMs, device, onStop, onAgain }: Props) {
  const percent =
    phase === 'running' && fraction !== null
      ? `, ${Math.round(fraction * 100)} %${remainingMs !== null && remainingMs > 950 ? `, ${seconds(remainingMs)} left` : ''}`
      : '';
  return (
    <div className="run-status">
      <span role="status" data-phase={phase} data-testid="run-status">
        {wordsOf({ device, phase, text })}
        {percent}
      </span>
      {phase === 'running' && (
        <button type="button" onClick={onStop}>
          Stop
        </button>
      )}
      {(phase === 'cancelled' || phase === 'failed') && (
        <button type="button" onClick={onAgain}>
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
