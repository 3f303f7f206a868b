// Reads of the language lab's stores from components. Selectors return stored values, never new objects.
import { useMemo } from 'react';
import { languageNames, type LanguageNames } from '../config/naming.ts';
import { useStore } from 'zustand';
import { languageDevice } from '../state/connection.ts';
import { languageStore, type LanguageState } from '../state/experimentStore.ts';
import { modelStore, type ModelState } from '../state/model.ts';
import { languageRun, type LanguageRun } from '../state/runStore.ts';
import { languageView, type LanguageView } from '../state/viewStore.ts';

/** Names of the present contenders, by what differs between them. */
export function useLanguageNames(): LanguageNames {
  const contenders = useLanguage((s) => s.experiment.contenders);
  return useMemo(() => languageNames(contenders), [contenders]);
}
export const useLanguage = <T>(selector: (s: LanguageState) => T): T => useStore(languageStore, selector);
export const useModel = <T>(selector: (s: ModelState) => T): T => useStore(modelStore, selector);
export const useLanguageRun = <T>(selector: (s: LanguageRun) => T): T => useStore(languageRun, selector);
export const useLanguageView = <T>(selector: (s: LanguageView) => T): T => useStore(languageView, selector);
export const useLanguageDevice = () => useStore(languageDevice);
