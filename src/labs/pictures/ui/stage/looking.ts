import type { Looking } from '../../../../frame/ui/canvas/useCamera.ts';
import type { DrawnFrom } from '../../../../frame/ui/canvas/useDrawing.ts';
import { decodeStore } from '../../state/decoded.ts';
import { frames } from '../../state/frames.ts';
import { runStore } from '../../state/runStore.ts';
import { setView, viewStore } from '../../state/viewStore.ts';

/** What pictures are drawn from: themselves, the view, and whether they are of the run that is under way. */
export const sources: readonly DrawnFrom[] = [
  frames,
  decodeStore,
  viewStore,
  { subscribe: (listener) => runStore.subscribe((now, before) => now.run !== before.run && listener()) },
];

/** Zoom and pan of all pictures together. */
export const looking: Looking = {
  getState: viewStore.getState,
  set: ({ camera }) => camera && setView({ camera }),
};
