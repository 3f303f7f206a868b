// Reads of the stores from components. Selectors return stored values, never new objects.
import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { useStore } from 'zustand';
import { deviceStore, type DeviceState } from '../state/deviceStore.ts';
import { experimentStore, type ExperimentState } from '../state/experimentStore.ts';
import { runStore, type RunState } from '../state/runStore.ts';
import { sweepStore, type SweepState } from '../state/sweepStore.ts';
import { viewStore, type ViewState } from '../state/viewStore.ts';

export const useExperiment = <T,>(selector: (s: ExperimentState) => T): T => useStore(experimentStore, selector);
export const useRun = <T,>(selector: (s: RunState) => T): T => useStore(runStore, selector);
export const useSweep = <T,>(selector: (s: SweepState) => T): T => useStore(sweepStore, selector);
export const useView = <T,>(selector: (s: ViewState) => T): T => useStore(viewStore, selector);
export const useDevice = <T,>(selector: (s: DeviceState) => T): T => useStore(deviceStore, selector);

/** Width of an element in CSS pixels, 0 before it is laid out. */
export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}
