import { useEffect, useRef, type RefObject } from 'react';
import { onPaletteChange } from './palette.ts';

/** What a canvas is drawn from: it calls back when that has changed. */
export interface DrawnFrom {
  subscribe(listener: () => void): () => void;
}

/**
 * Redraws a canvas on the next animation frame after what it is drawn from, a colour scheme or a size has changed.
 * `sources` must be the same at every call.
 */
export function useDrawing(
  ref: RefObject<HTMLCanvasElement | null>,
  draw: (canvas: HTMLCanvasElement) => void,
  sources: readonly DrawnFrom[],
): void {
  const latest = useRef(draw);
  const ask = useRef<() => void>(() => {});
  const from = useRef(sources);
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
    const stops = [...from.current.map((source) => source.subscribe(later)), onPaletteChange(later)];
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
