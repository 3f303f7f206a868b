import { createAddress } from '../../../frame/state/address.ts';
import { formatKernels, parseKernels } from '../config/codec.ts';
import { reconcileKernels } from '../config/reconcile.ts';
import { present, undoable } from './experimentStore.ts';
import { catalogue } from './labStore.ts';
import { notices } from './notices.ts';

export const address = createAddress({
  experiment: undoable,
  parse: parseKernels,
  format: formatKernels,
  notices,
  opened: checkAgainstCatalogue,
});
export const shareLink = address.link;

/** What only the worker's catalogue can refuse; nothing before there is one. */
export function checkAgainstCatalogue(): void {
  const { experiment, refusals } = reconcileKernels(present(), catalogue.getState().families);
  undoable.restate(experiment);
  address.refuse(refusals);
}
