interface Props {
  /** Of the contender with the most. */
  readonly steps: number;
  readonly position: number | null;
  readonly playing: boolean;
  onPlay(): void;
  onPause(): void;
  onSeek(position: number): void;
}

/**
 * Back through the steps. Contenders with fewer, dearer steps move in the same proportion, so all have spent the same
 * share.
 */
export function Scrubber({ steps, position, playing, onPlay, onPause, onSeek }: Props) {
  const step = position === null ? steps : Math.min(steps, Math.floor(position * steps + 1e-9));
  return (
    <div className="scrubber">
      <button
        type="button"
        className="play"
        onClick={playing ? onPause : onPlay}
        aria-label={playing ? 'Pause' : 'Play the steps'}
      >
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path d={playing ? 'M2 1h3v10H2zM7 1h3v10H7z' : 'M2 1l9 5-9 5z'} fill="currentColor" />
        </svg>
      </button>
      <span className="scrub-end">noise</span>
      <input
        type="range"
        aria-label="Step"
        min={0}
        max={steps}
        step={1}
        value={step}
        aria-valuetext={`step ${step} of ${steps}`}
        onChange={(e) => onSeek(Number(e.target.value) / steps)}
      />
      <span className="scrub-end">sample</span>
      <output className="scrub-step">
        {step} / {steps}
      </output>
    </div>
  );
}
