import { createAddress } from '../../../frame/state/address.ts';
import { formatPictures, parsePictures } from '../config/codec.ts';
import { undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { setView } from './viewStore.ts';

export const address = createAddress({
  experiment: undoable,
  parse: parsePictures,
  format: formatPictures,
  notices,
  opened: () => setView({ position: null, large: null, baseline: null }),
});
export const shareLink = address.link;
