// The address bar always describes the whole experiment; a link or an edited hash is read with a list of what was refused.
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import type { Refusal } from '../config/experiment.ts';
import { experimentStore, load } from './experimentStore.ts';
import { dismiss, notify } from './notices.ts';
import { seek } from './playback.ts';

export const refusalLine = (r: Refusal): string => `${r.where}: “${r.value}” was refused because ${r.because}; ${/^(left out|nothing)$/.test(r.used) ? 'it was left out' : `used instead: ${r.used}`}.`;

export function readAddress(): void {
  const { experiment, refusals, fingerprint } = parseExperiment(location.hash.slice(1));
  load(experiment, fingerprint);
  seek(1);
  if (refusals.length === 0) return dismiss('link');
  notify({
    kind: 'link', tone: 'warning', lines: refusals.map(refusalLine),
    title: refusals.length === 1 ? 'One part of this link was not accepted' : `${refusals.length} parts of this link were not accepted`,
    hint: 'The rest of the link is shown as it was.',
  });
}

/** The hash of the present experiment. An opened link keeps its fingerprint until the first edit. */
export function writeAddress(): void {
  const { experiment, fingerprint } = experimentStore.getState();
  const hash = formatExperiment(experiment, fingerprint ?? undefined);
  if (location.hash.slice(1) !== hash) history.replaceState(null, '', hash === '' ? location.pathname + location.search : `#${hash}`);
}

/** The address of the present experiment, with the record of its run when there is one. */
export const shareLink = (fingerprint: string | null): string =>
  `${location.origin}${location.pathname}#${formatExperiment(experimentStore.getState().experiment, fingerprint ?? undefined)}`;
