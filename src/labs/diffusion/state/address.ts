// The address bar always describes the whole experiment; a link or an edited hash is read with a list of what was
// refused.
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import { experimentStore, load } from './experimentStore.ts';
import { dismiss, notify, refusalLine } from '../../../frame/state/notices.ts';
import { seek } from './playback.ts';

export function readAddress(): void {
  const { experiment, refusals, fingerprint } = parseExperiment(location.hash.slice(1));
  load(experiment, fingerprint);
  seek(1);
  if (refusals.length === 0) return dismiss('link');
  notify({
    kind: 'link',
    tone: 'warning',
    lines: refusals.map(refusalLine),
    title:
      refusals.length === 1
        ? 'One part of this link was not accepted'
        : `${refusals.length} parts of this link were not accepted`,
    hint: 'The rest of the link is shown as it was.',
  });
}

/**
 * The hash of the present experiment, with its # unless empty. An opened link keeps its fingerprint until the first
 * edit.
 */
export function presentHash(): string {
  const { experiment, fingerprint } = experimentStore.getState();
  const hash = formatExperiment(experiment, fingerprint ?? undefined);
  return hash === '' ? '' : `#${hash}`;
}
export function writeAddress(): void {
  const hash = presentHash();
  if (location.hash !== hash) history.replaceState(null, '', hash || location.pathname + location.search);
}

/** The address of the present experiment, with the record of its run when there is one. */
export const shareLink = (fingerprint: string | null): string =>
  `${location.origin}${location.pathname}#${formatExperiment(experimentStore.getState().experiment, fingerprint ?? undefined)}`;
