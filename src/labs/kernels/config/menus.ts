// What the kernel lab's menus show, read off the tables: `ui` may not import those.
import { type KernelFamily, kernelVersions } from '../../../core/kernelVersions.ts';
import type { KernelView } from './experiment.ts';

/** Families whose version can be forced, with their versions. */
export const forceable: readonly { readonly family: KernelFamily; readonly versions: readonly string[] }[] = (
  Object.keys(kernelVersions) as KernelFamily[]
).map((family) => ({ family, versions: Object.keys(kernelVersions[family]) }));

export const viewMenu: readonly { readonly id: KernelView; readonly title: string; readonly help: string }[] = [
  { id: 'kernels', title: 'Kernels', help: 'Every kernel family with all its versions: time, rate, error and source' },
  { id: 'roofline', title: 'Roofline', help: 'The measured limits of this device, and how near each kernel comes' },
  { id: 'time', title: 'Where the time goes', help: 'One diffusion step or one token, taken apart while it runs' },
  { id: 'tuning', title: 'Tuning', help: 'Which version runs here, and why; a short search finds the fastest' },
  { id: 'verify', title: 'Verify on my GPU', help: 'Every kernel and sampler against its reference, on this machine' },
  { id: 'memory', title: 'Memory', help: 'GPU bytes by owner, of every open lab' },
];
