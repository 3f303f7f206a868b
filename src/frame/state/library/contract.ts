// What a lab gives the library, in one small file that its lab.ts names.
import type { StoreApi } from 'zustand/vanilla';
import type { Shown } from '../../config/library/types.ts';
import { allLabs } from '../labStore.ts';

export interface LabLibrary<E extends object = object> {
  /** The lab's experiment under edit. */
  readonly store: Pick<StoreApi<{ readonly experiment: E }>, 'getState' | 'subscribe'>;
  /** What tells that its results have changed. */
  readonly results: Pick<StoreApi<unknown>, 'subscribe'>;
  /** Its link, without record or view: equal for equal experiments. */
  format(experiment: E): string;
  parse(hash: string): { readonly experiment: E };
  /** What is on the screen now: its link, its settings in words, and the numbers of its finished run. */
  shown(): Shown;
}

export async function libraryOf(lab: string): Promise<LabLibrary | null> {
  const code = await allLabs()
    .find((l) => l.id === lab)
    ?.load();
  return code ? (await code.library()).library : null;
}

/** A link in the lab's own words: equal for links that open the same experiment. */
export const canonical = (lab: LabLibrary, hash: string): string => lab.format(lab.parse(hash).experiment);
export const present = (lab: LabLibrary): string => lab.format(lab.store.getState().experiment);
