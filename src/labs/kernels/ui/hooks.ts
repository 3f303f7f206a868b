// Reads of the kernel lab's stores from components. Selectors return stored values, never new objects.
import { useStore } from 'zustand';
import type { KernelExperiment } from '../config/experiment.ts';
import { kernelDevice } from '../state/connection.ts';
import { kernelStore } from '../state/experimentStore.ts';
import { catalogue, familyOf, shapeOf } from '../state/labStore.ts';
import { measured, type MeasureState } from '../state/measure.ts';
import type { FamilyInfo, Shape } from '../state/types.ts';

export const useKernels = <T>(selector: (e: KernelExperiment) => T): T =>
  useStore(kernelStore, (s) => selector(s.experiment));
export const useMeasured = <T>(selector: (s: MeasureState) => T): T => useStore(measured, selector);
export const useKernelDevice = () => useStore(kernelDevice);
export const useFamilies = () => useStore(catalogue, (s) => s.families);
/** The family in hand with the shape in force; null before the catalogue is there. */
export function useFamily(): { readonly family: FamilyInfo; readonly shape: Shape } | null {
  const families = useFamilies();
  const id = useKernels((e) => e.family);
  const own = useKernels((e) => e.shape);
  const family = familyOf(families, id);
  return family ? { family, shape: shapeOf(family, own) } : null;
}
/** Whether anything can be measured here. */
export function useGpu(): boolean {
  const { phase, report } = useKernelDevice();
  return report?.backend === 'webgpu' && phase !== 'lost' && phase !== 'failed';
}
