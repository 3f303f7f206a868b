import { defaultExperiment } from '../config/defaults.ts';
import { editShared, experimentStore, load } from '../state/experimentStore.ts';
import { notices, type DiffusionAction } from '../state/notices.ts';
import { runAgain } from '../state/again.ts';
import { restart } from '../state/session.ts';
import { Notices } from '../../../frame/ui/Notices.tsx';

const actions: Record<DiffusionAction, { readonly label: string; readonly act: () => void }> = {
  useCpu: { label: 'Go on with the processor', act: () => void restart(true) },
  retryGpu: { label: 'Try the GPU again', act: () => void restart(false) },
  runAgain: { label: 'Run again', act: runAgain },
  halveSamples: {
    label: 'Take half the samples',
    act: () => editShared({ samples: Math.max(1, Math.floor(experimentStore.getState().experiment.samples / 2)) }),
  },
  ownKernels: { label: 'Use the device’s own choice', act: () => editShared({ kernels: {} }) },
  defaultModel: { label: 'Open the default experiment', act: () => load(defaultExperiment()) },
};

/** The diffusion lab's notices, with the ways on that it offers. */
export const DiffusionNotices = () => <Notices {...notices} actions={actions} />;
