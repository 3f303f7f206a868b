// The address bar always describes the whole experiment; a link or an edited hash is read with a list of what was
// refused.
import { formatLanguage, parseLanguage } from '../config/codec.ts';
import { languageStore, load } from './experimentStore.ts';
import { dismiss, notify, refusalLine } from './notices.ts';
import { setLanguageView } from './viewStore.ts';

export function readAddress(): void {
  const { experiment, refusals, fingerprint } = parseLanguage(location.hash);
  load(experiment, fingerprint);
  setLanguageView({ place: null, branch: {}, sample: 0 });
  if (refusals.length === 0) return dismiss('link');
  notify({
    kind: 'link',
    tone: 'warning',
    lines: refusals.map(refusalLine),
    hint: 'The rest of the link is shown as it was.',
    title:
      refusals.length === 1
        ? 'One part of this link was not accepted'
        : `${refusals.length} parts of this link were not accepted`,
  });
}
/** The hash of the present experiment, with its #. An opened link keeps its fingerprint until the first edit. */
export const presentHash = (): string =>
  `#${formatLanguage(languageStore.getState().experiment, languageStore.getState().fingerprint)}`;
export function writeAddress(): void {
  const hash = presentHash();
  if (location.hash !== hash) history.replaceState(null, '', hash);
}
/** The address of the present experiment, with the record of its run when there is one. */
export const shareLink = (fingerprint: string | null): string =>
  `${location.origin}${location.pathname}#${formatLanguage(languageStore.getState().experiment, fingerprint)}`;
