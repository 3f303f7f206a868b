// The address bar always describes what is looked at; a link or an edited hash is read with a list of what was refused.
import type { Refusal } from '../../../core/refusal.ts';
import { formatKernels, parseKernels } from '../config/codec.ts';
import { settleKernels } from '../config/settle.ts';
import { kernelStore, loadKernels, present, restateKernels } from './experimentStore.ts';
import { catalogue } from './labStore.ts';
import { dismiss, notify, refusalLine } from './notices.ts';

/** Refused while reading; what the catalogue refuses is added when it is there. */
let refused: readonly Refusal[] = [];

function tell(): void {
  if (refused.length === 0) return dismiss('link');
  notify({
    kind: 'link',
    tone: 'warning',
    lines: refused.map(refusalLine),
    hint: 'The rest of the link is shown as it was.',
    title:
      refused.length === 1
        ? 'One part of this link was not accepted'
        : `${refused.length} parts of this link were not accepted`,
  });
}
/** Checks the experiment against the worker's catalogue, as soon as there is one. */
export function settleAddress(): void {
  const { experiment, refusals } = settleKernels(present(), catalogue.getState().families);
  restateKernels(experiment);
  if (refusals.length === 0) return;
  refused = [...refused, ...refusals];
  tell();
}
/** At the start there is nothing that could be undone. */
export function readAddress(first = false): void {
  const { experiment, refusals } = parseKernels(location.hash);
  refused = refusals;
  (first ? restateKernels : loadKernels)(experiment);
  tell();
  settleAddress();
}
/** The present hash, with its #. */
export const presentHash = (): string => `#${formatKernels(kernelStore.getState().experiment)}`;
export function writeAddress(): void {
  const hash = presentHash();
  if (location.hash !== hash) history.replaceState(null, '', hash);
}
export const shareLink = (): string => `${location.origin}${location.pathname}${presentHash()}`;
