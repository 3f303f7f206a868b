import { createAddress } from '../../../frame/state/address.ts';
import { formatLanguage, parseLanguage } from '../config/codec.ts';
import { undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { setLanguageView } from './viewStore.ts';

export const address = createAddress({
  experiment: undoable,
  parse: parseLanguage,
  format: formatLanguage,
  notices,
  opened: () => setLanguageView({ place: null, branch: {}, sample: 0 }),
});
export const shareLink = address.link;
