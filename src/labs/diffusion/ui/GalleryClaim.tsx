import { formatExperiment } from '../config/codec.ts';
import { presets, type Preset } from '../config/presets.ts';
import { ClaimOf } from './ClaimOf.tsx';

const known = new Map(
  Object.values(presets as Record<string, Preset>).map((p) => [
    formatExperiment(p.experiment, null, undefined, null, p.edit, p.seek, p.rowed),
    p,
  ]),
);

/** The claim of the gallery's entry with this link, if there is one. */
export default function GalleryClaim({ hash }: { hash: string }) {
  const preset = known.get(hash);
  return preset ? <ClaimOf preset={preset} /> : null;
}
