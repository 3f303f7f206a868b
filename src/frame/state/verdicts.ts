// What is verified of samplers on this device, as the page knows it: asked of the open lab's worker, and checked there.
import { createStore } from 'zustand/vanilla';
import type { Verified } from '../../engine/tuning/verified.ts';
import type { SamplerId } from '../config/samplerMenus.ts';
import { labStore } from './labStore.ts';
import { askVerified, onDeviceOf } from './verified.ts';

export interface Verdicts {
  /** Undefined until there is an answer; null where there is no GPU. */
  readonly known: Verified | null | undefined;
  /** What is checked now, and what waits. */
  readonly checking: readonly SamplerId[];
  /** Why the last check came to no verdict; else empty. */
  readonly trouble: string;
}
export const verdicts = createStore<Verdicts>(() => ({ known: undefined, checking: [], trouble: '' }));

async function ask(check: SamplerId | null): Promise<void> {
  const { lab } = labStore.getState();
  const known = await askVerified(lab, { check });
  if (labStore.getState().lab === lab) verdicts.setState({ known });
}

/** Ends listening to the device of the lab that was asked last. */
let deaf = () => {};

/**
 * Asks anew, as another lab or another tab may have verified more; and again whenever the device is another one: a page asks
 * before its GPU is there. An answer that does not come leaves what was known.
 */
export function readVerdicts(): Promise<void> {
  const { lab } = labStore.getState();
  deaf();
  deaf = onDeviceOf(lab, () => void (labStore.getState().lab === lab && again()));
  return again();
}
const again = (): Promise<void> => ask(null).catch(() => {});

/** Checks samplers on this device, one after the other. */
export async function verifyHere(ids: readonly SamplerId[]): Promise<void> {
  const before = verdicts.getState().checking;
  const waiting = ids.filter((id) => !before.includes(id));
  verdicts.setState({ checking: [...before, ...waiting], trouble: '' });
  // Whoever began is already on the way through the list.
  if (before.length > 0) return;
  for (;;) {
    const [id] = verdicts.getState().checking;
    if (id === undefined) return;
    await ask(id).catch((thrown: unknown) =>
      verdicts.setState({ trouble: thrown instanceof Error ? thrown.message : String(thrown) }),
    );
    verdicts.setState(({ checking }) => ({ checking: checking.filter((other) => other !== id) }));
  }
}
