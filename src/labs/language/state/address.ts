import { createAddress } from '../../../frame/state/address.ts';
import { formatLanguage, parseLanguage } from '../config/codec.ts';
import { undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { languageView, setLanguageView } from './viewStore.ts';

/** Whether the link being opened shows the conversation. */
let chat = false;
export const address = createAddress({
  experiment: undoable,
  parse(hash) {
    const parsed = parseLanguage(hash);
    ({ chat } = parsed);
    return parsed;
  },
  format: (e, fingerprint) => formatLanguage(e, fingerprint, languageView.getState().view === 'chat'),
  notices,
  opened: () => setLanguageView({ place: null, branch: {}, sample: 0, view: chat ? 'chat' : 'compare' }),
});
/** From here on the address follows what is looked at. */
export const followView = (): void =>
  void languageView.subscribe((now, before) => {
    if (now.view !== before.view && inLab('language')) address.write();
  });
export const shareLink = address.link;
