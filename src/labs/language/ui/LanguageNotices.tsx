import { defaultLanguage } from '../config/defaults.ts';
import { editLanguage, languageStore, load } from '../state/experimentStore.ts';
import { loadAgain } from '../state/model.ts';
import { notices, type LanguageAction } from '../state/notices.ts';
import { restart, runAgain } from '../state/session.ts';
import { Notices } from '../../../frame/ui/Notices.tsx';

const actions: Record<LanguageAction, { readonly label: string; readonly act: () => void }> = {
  useCpu: { label: 'Go on with the processor', act: () => void restart(true) },
  retryGpu: { label: 'Try the GPU again', act: () => void restart(false) },
  runAgain: { label: 'Run again', act: runAgain },
  loadAgain: { label: 'Load it again', act: loadAgain },
  halveSamples: {
    label: 'Take half the samples',
    act: () => editLanguage({ samples: Math.max(1, Math.floor(languageStore.getState().experiment.samples / 2)) }),
  },
  ownKernels: { label: 'Use the device’s own choice', act: () => editLanguage({ kernels: {} }) },
  defaultModel: {
    label: 'Take the bundled model',
    act: () => load({ ...defaultLanguage(), prompt: languageStore.getState().experiment.prompt }),
  },
};

/** The language lab's notices, with the ways on that it offers. */
export const LanguageNotices = () => <Notices {...notices} actions={actions} />;
