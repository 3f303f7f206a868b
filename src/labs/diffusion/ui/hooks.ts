// Reads of the stores from components. Selectors return stored values, never new objects.
import { useStore } from 'zustand';
import type { DeviceState } from '../../../frame/state/deviceStore.ts';
import { deviceStore } from '../state/connection.ts';
import { experimentStore, type ExperimentState } from '../state/experimentStore.ts';
import { runStore, type RunState } from '../state/runStore.ts';
import { sweepStore, type SweepState } from '../state/sweepStore.ts';
import { viewStore, type ViewState } from '../state/viewStore.ts';

export const useExperiment = <T>(selector: (s: ExperimentState) => T): T => useStore(experimentStore, selector);
export const useRun = <T>(selector: (s: RunState) => T): T => useStore(runStore, selector);
export const useSweep = <T>(selector: (s: SweepState) => T): T => useStore(sweepStore, selector);
export const useView = <T>(selector: (s: ViewState) => T): T => useStore(viewStore, selector);
export const useDevice = <T>(selector: (s: DeviceState) => T): T => useStore(deviceStore, selector);
