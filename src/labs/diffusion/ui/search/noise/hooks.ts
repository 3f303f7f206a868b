import { useStore } from 'zustand';
import { readingNow } from '../../../state/seekSession.ts';
import { seekText } from '../../../state/seekText.ts';

/** The search under edit, as it reads. */
export const useSeek = () => readingNow(useStore(seekText.store, (s) => s.experiment.text));
