import type { GridText } from '../../../experiments/grid/types.ts';
import { createAddress } from '../../../frame/state/address.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { formatPictures, parsePictures } from '../config/codec.ts';
import { undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { setView, viewStore } from './viewStore.ts';

/** The grid that the link being opened holds. */
let grid: GridText | undefined;
/** The grid under edit, while it is looked at. */
export const gridShown = (): GridText | null => {
  const view = viewStore.getState();
  return view.labView === 'grid' ? view.grid : null;
};

export const address = createAddress({
  experiment: undoable,
  parse(hash) {
    const parsed = parsePictures(hash);
    grid = parsed.grid;
    return parsed;
  },
  format: (experiment, fingerprint) => formatPictures(experiment, fingerprint, gridShown()),
  notices,
  opened: () =>
    setView({
      position: null,
      large: null,
      baseline: null,
      cell: null,
      ...(grid ? { labView: 'grid', grid } : { labView: 'compare' }),
    }),
});
export const shareLink = address.link;

/** From here on the address follows what is looked at. */
export function followView(): void {
  viewStore.subscribe((now, before) => {
    const changed = now.labView !== before.labView || now.grid !== before.grid;
    if (changed && inLab('pictures')) address.write();
  });
}
