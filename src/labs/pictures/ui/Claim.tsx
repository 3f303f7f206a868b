import { formatPictures } from '../config/codec.ts';
import { picturesPresets, type PicturesPreset } from '../config/presets.ts';
import { useExperiment } from './hooks.ts';

const known = new Map(
  Object.values<PicturesPreset>(picturesPresets).map((p) => [formatPictures(p.experiment), p] as const),
);

/** What to look for, while the experiment is one of the gallery's. */
export function Claim() {
  const preset = known.get(formatPictures(useExperiment((s) => s.experiment)));
  if (!preset) return null;
  const { title, claim, paper } = preset;
  return (
    <p className="claim" data-testid="claim">
      <b>{title}.</b> {claim}{' '}
      <a href={paper.url} target="_blank" rel="noreferrer">
        {paper.title}
      </a>
    </p>
  );
}
