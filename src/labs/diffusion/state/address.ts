import { createAddress } from '../../../frame/state/address.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import { formatView, type KeptView } from '../config/view.ts';
import { undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { seek } from './playback.ts';
import { setView, viewStore } from './viewStore.ts';

/** The view that the link being opened asks for. */
let asked: KeptView | undefined;

export const address = createAddress({
  experiment: undoable,
  parse(hash) {
    const parsed = parseExperiment(hash);
    asked = parsed.view;
    return parsed;
  },
  format: (experiment, fingerprint) => formatExperiment(experiment, fingerprint, viewStore.getState()),
  notices,
  opened() {
    seek(1);
    // A link that says nothing of the view leaves the reader's own.
    if (asked) setView(asked);
  },
});
export const shareLink = address.link;

/** From here on the address follows what is looked at. */
export function followView(): void {
  viewStore.subscribe((now, before) => {
    if (inLab('diffusion') && formatView(now) !== formatView(before)) address.write();
  });
}
