import { useStore } from 'zustand';
import { editText } from '../../state/editText.ts';
import { readingNow } from '../../state/editSession.ts';

/** The task under edit, as it reads. */
export const useSetup = () => readingNow(useStore(editText.store, (s) => s.experiment.text));
