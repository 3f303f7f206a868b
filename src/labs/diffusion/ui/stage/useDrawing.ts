import type { RefObject } from 'react';
import { useDrawing as useRedrawing } from '../../../../frame/ui/canvas/useDrawing.ts';
import { frames } from '../../state/frames.ts';
import { viewStore } from '../../state/viewStore.ts';

const sources = [frames, viewStore];
/** Redraws a canvas after a picture or a view switch has changed. */
export const useDrawing = (ref: RefObject<HTMLCanvasElement | null>, draw: (canvas: HTMLCanvasElement) => void): void =>
  useRedrawing(ref, draw, sources);
