// What a lab gives the library, in one small file that its lab.ts names.
import type { StoreApi } from 'zustand/vanilla';
import type { Shown } from '../../config/library/types.ts';
import { allLabs } from '../labStore.ts';

export interface LabLibrary {
  /** What tells that the experiment, or its results, have changed. */
  readonly watched: readonly Pick<StoreApi<unknown>, 'subscribe'>[];
  /** The link of what is on the screen, without record or way of looking: equal for equal experiments. */
  present(): string;
  /** A link in the same words. */
  canonical(hash: string): string;
  /** What is on the screen now: its link, its settings in words, and the numbers of its finished run. */
  shown(): Shown;
}

export async function libraryOf(lab: string): Promise<LabLibrary | null> {
  const code = await allLabs()
    .find((l) => l.id === lab)
    ?.load();
  return code ? (await code.library()).library : null;
}
