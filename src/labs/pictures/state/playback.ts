import { createPlayback } from '../../../frame/state/playback.ts';
import { experimentStore } from './experimentStore.ts';
import { frames } from './frames.ts';
import { setView, viewStore } from './viewStore.ts';

export const { play, pause, seek } = createPlayback(viewStore, setView, () =>
  experimentStore.getState().slots.map((slot) => frames.get(slot)?.steps ?? 0),
);
