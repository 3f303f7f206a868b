import type { Preset } from '../config/firstPreset.ts';

/** A claim of the gallery, with its paper. */
export const ClaimOf = ({ preset: { title, claim, paper } }: { preset: Preset }) => (
  <p className="claim" data-testid="claim">
    <b>{title}.</b> {claim}{' '}
    <a href={paper.url} target="_blank" rel="noreferrer">
      {paper.title}
    </a>
  </p>
);
