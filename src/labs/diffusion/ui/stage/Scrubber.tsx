import { Scrubber as Bar } from '../../../../frame/ui/Scrubber.tsx';
import { pause, play, seek } from '../../state/playback.ts';
import { useExperiment, useView } from '../hooks.ts';

export function Scrubber() {
  const steps = useExperiment((s) => Math.max(...s.experiment.contenders.map((c) => c.steps)));
  const position = useView((s) => s.position);
  const playing = useView((s) => s.playing);
  return <Bar steps={steps} position={position} playing={playing} onPlay={play} onPause={pause} onSeek={seek} />;
}
