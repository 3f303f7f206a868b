import { useStore } from 'zustand';
import { Scrubber } from '../../../../frame/ui/Scrubber.tsx';
import { cancelDecoding, decodeShown, decodeStore, stepsShown } from '../../state/decoded.ts';
import { pause, play, seek } from '../../state/playback.ts';
import { useRun, useView, useWithoutGpu } from '../hooks.ts';

/** The step that is shown as the autoencoder decodes it, for models whose steps are previews. */
function DecodeStep() {
  const { phase, done, total } = useStore(decodeStore);
  const fit = useRun((s) => s.previewFit);
  const runs = useRun((s) => s.phase === 'running');
  const position = useView((s) => s.position);
  const playing = useView((s) => s.playing);
  // Which contenders are seen tells what is left to decode.
  useView((s) => s.hidden);
  useView((s) => s.large);
  const without = useWithoutGpu();
  if (fit === null || without) return null;
  if (phase === 'running')
    return (
      <span className="decode-step" data-testid="decode" data-phase="running">
        <span role="status">
          {total === 0 ? 'Waiting for the device' : `Decoding ${Math.min(done + 1, total)} of ${total}`}
        </span>
        <button type="button" onClick={cancelDecoding}>
          Cancel decoding
        </button>
      </span>
    );
  const left = stepsShown().length > 0;
  const why = () => {
    if (runs) return 'When the run has ended';
    if (position === null) return 'The end is decoded; go back to a step first';
    return left ? 'Decodes this step of every contender that is shown, instead of its preview' : 'It is decoded';
  };
  return (
    <span className="decode-step" data-testid="decode" data-phase={left || position === null ? 'idle' : 'done'}>
      <button
        type="button"
        disabled={runs || playing || position === null || !left}
        title={why()}
        onClick={() => void decodeShown()}
      >
        Decode this step exactly
      </button>
    </span>
  );
}

/** Back through the steps, and more of one than its preview. */
export function StepScrubber({ steps }: { readonly steps: number }) {
  const position = useView((s) => s.position);
  const playing = useView((s) => s.playing);
  return (
    <div className="step-scrubber">
      <Scrubber steps={steps} position={position} playing={playing} onPlay={play} onPause={pause} onSeek={seek} />
      <DecodeStep />
    </div>
  );
}
