import { useEffect, useRef, type RefObject } from 'react';
import { frames } from '../../state/frames.ts';
import { viewStore } from '../../state/viewStore.ts';
import { onPaletteChange } from '../../../../frame/ui/canvas/palette.ts';

/**
 * Redraws a canvas on the next animation frame after a picture, a view switch, a colour scheme or a size has changed.
 */
export function useDrawing(ref: RefObject<HTMLCanvasElement | null>, draw: (canvas: HTMLCanvasElement) => void): void {
  const latest = useRef(draw);
  const ask = useRef<() => void>(() => {});
  useEffect(() => {
    let request = 0;
    const paint = () => {
      request = 0;
      if (ref.current && ref.current.clientWidth > 0) latest.current(ref.current);
    };
    const later = () => {
      request ||= requestAnimationFrame(paint);
    };
    ask.current = later;
    const resized = new ResizeObserver(later);
    if (ref.current) resized.observe(ref.current);
    const stops = [frames.subscribe(later), viewStore.subscribe(later), onPaletteChange(later)];
    later();
    return () => {
      cancelAnimationFrame(request);
      resized.disconnect();
      for (const stop of stops) stop();
    };
  }, [ref]);
  useEffect(() => {
    latest.current = draw;
    ask.current();
  }, [draw]);
}
