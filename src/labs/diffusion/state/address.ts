import { createAddress } from '../../../frame/state/address.ts';
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import { undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { seek } from './playback.ts';

export const address = createAddress({
  experiment: undoable,
  parse: parseExperiment,
  format: (experiment, fingerprint) => formatExperiment(experiment, fingerprint ?? undefined),
  notices,
  opened: () => seek(1),
});
export const shareLink = address.link;
