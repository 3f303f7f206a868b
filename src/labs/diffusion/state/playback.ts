import { createPlayback } from '../../../frame/state/playback.ts';
import { experimentStore } from './experimentStore.ts';
import { frames } from './frames.ts';
import { setView, viewStore } from './viewStore.ts';

export { standing } from '../../../frame/state/playback.ts';

export const { play, pause, seek } = createPlayback(viewStore, setView, () => {
  const { slots, experiment } = experimentStore.getState();
  return [...slots.map((slot) => frames.get(slot)?.steps ?? 0), ...experiment.contenders.map((c) => c.steps)];
});
