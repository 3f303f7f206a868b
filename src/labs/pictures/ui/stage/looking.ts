import type { Looking } from '../../../../frame/ui/canvas/useCamera.ts';
import { setView, viewStore } from '../../state/viewStore.ts';

/** Zoom and pan of all pictures together. */
export const looking: Looking = {
  getState: viewStore.getState,
  set: ({ camera }) => camera && setView({ camera }),
};
