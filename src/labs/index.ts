// One line a lab: the header, the router, the memory view, the bundle check, the screenshots and the browser tests read it.
// A link without `lab=` belongs to the first.
import type { LabEntry } from '../frame/state/labStore.ts';

export const labs = [
  {
    id: 'diffusion',
    title: 'Diffusion',
    help: 'Samplers of diffusion and flow models, compared on the same noise',
    load: () => import('./diffusion/lab.ts'),
    keys: () => import('./diffusion/config/shortcuts.ts'),
  },
  {
    id: 'pictures',
    title: 'Pictures',
    help: 'Published diffusion models: a prompt, and every sampler on it',
    load: () => import('./pictures/lab.ts'),
    keys: () => import('./pictures/config/shortcuts.ts'),
  },
  {
    id: 'language',
    title: 'Language',
    help: 'Samplers of language models, compared on the same random numbers',
    load: () => import('./language/lab.ts'),
    keys: () => import('./language/config/shortcuts.ts'),
  },
  {
    id: 'kernels',
    title: 'Kernels',
    help: 'How fast and how right the kernels are on this machine',
    load: () => import('./kernels/lab.ts'),
    keys: () => import('./kernels/config/shortcuts.ts'),
  },
] as const satisfies readonly LabEntry[];
