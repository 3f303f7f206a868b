import { formatExperiment } from '../config/codec.ts';
import { presets, type Preset } from '../config/presets.ts';
import { useExperiment } from './hooks.ts';

const known = new Map(Object.values(presets as Record<string, Preset>).map((p) => [formatExperiment(p.experiment), p]));

/** What to look for, while the experiment is one of the gallery's. */
export function Claim() {
  const preset = known.get(formatExperiment(useExperiment((s) => s.experiment)));
  return preset ? (
    <p className="claim" data-testid="claim">
      <b>{preset.title}.</b> {preset.claim}{' '}
      <a href={preset.paper.url} target="_blank" rel="noreferrer">
        {preset.paper.title}
      </a>
    </p>
  ) : null;
}
