import { useTimeLeft } from '../../../frame/ui/useTimeLeft.ts';
import type { Phase } from '../state/types.ts';

interface Props {
  readonly id: string;
  readonly phase: Phase;
  readonly start: string;
  readonly again?: string;
  readonly fraction?: number | null;
  readonly text: string;
  readonly disabled?: boolean;
  readonly help?: string;
  onStart(): void;
  onStop(): void;
}

/** Long work: its button, how far it is, and the way to stop it. */
export function Work({
  id,
  phase,
  start,
  again = start,
  fraction = null,
  text,
  disabled,
  help,
  onStart,
  onStop,
}: Props) {
  const running = phase === 'running';
  const left = useTimeLeft(running, fraction);
  return (
    <div className="work" data-testid={`work-${id}`} data-phase={phase}>
      {running ? (
        <button type="button" onClick={onStop}>
          Stop
        </button>
      ) : (
        <button type="button" className="primary" disabled={disabled} title={help} onClick={onStart}>
          {phase === 'idle' ? start : again}
        </button>
      )}
      <span role="status">
        {text}
        {left}
      </span>
      {running && <progress max={1} {...(fraction !== null && { value: fraction })} aria-label={text || start} />}
    </div>
  );
}
