// What the kernel lab looks at, and every edit of it.
import type { KernelExperiment, KernelView } from '../config/experiment.ts';
import { defaultKernels } from '../config/fields.ts';
import { writtenShape } from '../config/reconcile.ts';
import { createUndoable } from '../../../frame/state/undoable.ts';
import type { FamilyInfo, Shape } from './types.ts';

export const undoable = createUndoable<KernelExperiment>(defaultKernels());
export const kernelStore = undoable.store;
export const { undo, redo } = undoable;
export const present = (): KernelExperiment => kernelStore.getState().experiment;
export const loadKernels = (experiment: KernelExperiment): void => undoable.load(experiment);
/** What is dragged or typed is undone as one gesture; every choice is undone by itself. */
const DRAGGED = ['samples', 'shape', 'workload'];
export function editKernels(patch: Partial<KernelExperiment>): void {
  const what = Object.keys(patch).join();
  undoable.change(DRAGGED.includes(what) ? what : '', { ...present(), ...patch });
}
/** Where one looks is in the link, but is no edit. */
export const lookAt = (view: KernelView): void => undoable.restate({ ...present(), view });

/** Another family begins at its own first shape, with all its versions. */
export const setFamily = (family: string): void =>
  void (family !== present().family && editKernels({ family, shape: null, versions: [] }));
export const setShape = (family: FamilyInfo, shape: Shape): void => editKernels({ shape: writtenShape(family, shape) });
/** Measured alone or with others; none chosen means all. */
export function toggleVersion(family: FamilyInfo, version: string): void {
  const { versions } = present();
  const all = family.versions.map((v) => v.id);
  const now = versions.length === 0 ? all : versions;
  const next = all.filter((v) => (v === version ? !now.includes(v) : now.includes(v)));
  editKernels({ versions: next.length === all.length ? [] : next });
}
/** A version for a family of kernels in all labs' links; null leaves the choice to the device. */
export function forceVersion(family: string, version: string | null): void {
  const others = Object.entries(present().kernels).filter(([f]) => f !== family);
  editKernels({ kernels: Object.fromEntries(version === null ? others : [...others, [family, version]]) });
}
