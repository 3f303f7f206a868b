// Reads of the stores from components. Selectors return stored values, never new objects.
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { DeviceState } from '../../../frame/state/deviceStore.ts';
import { contenderNames } from '../config/naming.ts';
import { deviceStore } from '../state/connection.ts';
import { experimentStore, type PicturesState } from '../state/experimentStore.ts';
import { loadedStore } from '../state/loadedStore.ts';
import { modelStore } from '../state/model.ts';
import { runStore, type RunState } from '../state/runStore.ts';
import { sweepStore, type SweepState } from '../state/sweepStore.ts';
import type { LoadedPictures } from '../state/types.ts';
import { viewStore, type ViewState } from '../state/viewStore.ts';

export const useExperiment = <T>(selector: (s: PicturesState) => T): T => useStore(experimentStore, selector);
export const useRun = <T>(selector: (s: RunState) => T): T => useStore(runStore, selector);
export const useSweep = <T>(selector: (s: SweepState) => T): T => useStore(sweepStore, selector);
export const useView = <T>(selector: (s: ViewState) => T): T => useStore(viewStore, selector);
export const useDevice = <T>(selector: (s: DeviceState) => T): T => useStore(deviceStore, selector);
export const useModel = <T>(selector: (s: ReturnType<typeof modelStore.getState>) => T): T =>
  useStore(modelStore, selector);
export const useLoaded = (): LoadedPictures | null => useStore(loadedStore, (s) => s.loaded);

/** What tells the contenders of the experiment apart. */
export function useNames() {
  const contenders = useExperiment((s) => s.experiment.contenders);
  return useMemo(() => contenderNames(contenders), [contenders]);
}

/** Whether a run is under way, or will begin by itself. */
export function useBusy(): boolean {
  const phase = useRun((s) => s.phase);
  const lacksModel = useRun((s) => s.lacksModel);
  const without = useWithoutGpu();
  return phase === 'running' || (phase === 'waiting' && !lacksModel && !without);
}
/** Nothing can run here: this lab needs a GPU. */
export const useWithoutGpu = (): boolean => useDevice((s) => s.phase !== 'starting' && s.report?.backend === 'cpu');
