import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Saved, Shown } from '../../config/library/types.ts';
import { labStore } from '../../state/labStore.ts';
import { libraryOf, type LabLibrary } from '../../state/library/contract.ts';
import { originStore } from '../../state/library/origin.ts';
import { libraryStore } from '../../state/library/store.ts';

export interface OnScreen {
  readonly lab: string;
  readonly library: LabLibrary;
  readonly shown: Shown;
  /** The saved experiment that it came from. */
  readonly origin: Saved | null;
  /** It is another experiment than that one. */
  readonly departed: boolean;
}

/** What the open lab has on its screen, as it runs on under the library; null until the lab has told. */
export function useShown(): OnScreen | null {
  const lab = useStore(labStore, (s) => s.lab);
  const entries = useStore(libraryStore, (s) => s.entries);
  const id = useStore(originStore, (s) => s.origins[lab]);
  const [told, setTold] = useState<{ lab: string; library: LabLibrary; shown: Shown } | null>(null);
  useEffect(() => {
    let left = false;
    let stop = () => {};
    void libraryOf(lab).then((library) => {
      if (!library || left) return;
      let asked = 0;
      const tell = () => setTold({ lab, library, shown: library.shown() });
      // A run tells many times a second; what it has told by the next frame is read once.
      const later = () => {
        cancelAnimationFrame(asked);
        asked = requestAnimationFrame(tell);
      };
      const ends = library.watched.map((store) => store.subscribe(later));
      stop = () => {
        cancelAnimationFrame(asked);
        for (const end of ends) end();
      };
      tell();
    });
    return () => {
      left = true;
      stop();
    };
  }, [lab]);
  if (!told || told.lab !== lab) return null;
  const origin = entries?.find((s) => s.id === id) ?? null;
  return {
    ...told,
    origin,
    departed: origin !== null && told.library.present() !== told.library.canonical(origin.hash),
  };
}
