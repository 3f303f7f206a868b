import type { Looking } from '../../../../frame/ui/canvas/useCamera.ts';
import { setView, viewStore } from '../../state/viewStore.ts';

/** Zoom, pan and the marked sample of all pictures together. */
export const looking: Looking = { getState: viewStore.getState, set: setView };
