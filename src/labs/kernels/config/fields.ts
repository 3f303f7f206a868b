import { numberField } from '../../../core/field.ts';
import { modelCard, modelIds } from '../../../models/index.ts';
import { languageCard, languageModelIds } from '../../../models/language.ts';
import type { KernelExperiment, KernelWorkload } from './experiment.ts';

export const MAX_VERSIONS = 16;
/** A convolution has 11. */
export const MAX_DIMS = 12;
export const samplesField = numberField({
  label: 'Samples',
  help: 'Timed passes of each version; the median and the quartiles are over these.',
  default: 20,
  min: 20,
  max: 200,
  integer: true,
  log: true,
});

/** Models whose step or token can be taken apart; what the reader draws by hand has no points here. */
export const workloadModels: Readonly<
  Record<KernelWorkload['kind'], readonly { readonly id: string; readonly title: string }[]>
> = {
  diffusion: modelIds.filter((id) => id !== 'drawn').map((id) => ({ id, title: modelCard(id).title })),
  token: languageModelIds.map((id) => ({ id, title: languageCard(id)!.title })),
};
export const batchField = (kind: KernelWorkload['kind']) =>
  numberField(
    kind === 'diffusion'
      ? {
          label: 'Samples',
          help: 'Samples that go through the step together.',
          default: 16,
          min: 1,
          max: 256,
          integer: true,
          log: true,
        }
      : {
          label: 'Sequences',
          help: 'Texts that are decoded together, one token each.',
          default: 1,
          min: 1,
          max: 8,
          integer: true,
          log: true,
        },
  );
export const defaultWorkload = (kind: KernelWorkload['kind']): KernelWorkload => ({
  kind,
  model: kind === 'diffusion' ? 'digits' : 'sotu',
  batch: batchField(kind).default,
});

export const defaultKernels = (): KernelExperiment => ({
  view: 'kernels',
  family: 'matmul',
  shape: null,
  versions: [],
  samples: samplesField.default,
  kernels: {},
  workload: defaultWorkload('diffusion'),
});
