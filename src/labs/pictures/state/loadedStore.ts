// The model in use, apart from the choice of one: edits of the experiment ask for its levels.
import { createStore } from 'zustand/vanilla';
import type { LoadedPictures } from './types.ts';

export const loadedStore = createStore<{ readonly loaded: LoadedPictures | null }>(() => ({ loaded: null }));
