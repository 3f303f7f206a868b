import type { GridText } from '../../../experiments/grid/types.ts';
import { createAddress } from '../../../frame/state/address.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import { canRead, loadWrappers } from '../config/wrapping.ts';
import { formatView, type KeptView } from '../config/view.ts';
import { undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { seek } from './playback.ts';
import { setView, viewStore } from './viewStore.ts';

/** The view that the link being opened asks for. */
let asked: KeptView | undefined;
/** The grid that it holds. */
let grid: GridText | undefined;
/** The grid under edit, while it is looked at. */
const gridShown = (): GridText | null => {
  const view = viewStore.getState();
  return view.labView === 'grid' ? view.grid : null;
};

const made = createAddress({
  experiment: undoable,
  parse(hash) {
    const parsed = parseExperiment(hash);
    asked = parsed.view;
    grid = parsed.grid;
    return parsed;
  },
  format: (experiment, fingerprint) => formatExperiment(experiment, fingerprint, viewStore.getState(), gridShown()),
  notices,
  opened() {
    seek(1);
    // A link that says nothing of the view leaves the reader's own.
    setView({ ...asked, cell: null, ...(grid ? { labView: 'grid', grid } : { labView: 'compare' }) });
  },
});
export const address = {
  ...made,
  /** What a link names that few links do is loaded before it is read. */
  read(): void {
    if (canRead(location.hash)) made.read();
    else void loadWrappers().then(made.read, made.read);
  },
};
export const shareLink = address.link;

/** From here on the address follows what is looked at. */
export function followView(): void {
  viewStore.subscribe((now, before) => {
    const changed =
      now.labView !== before.labView || now.grid !== before.grid || formatView(now) !== formatView(before);
    if (changed && inLab('diffusion')) address.write();
  });
}
