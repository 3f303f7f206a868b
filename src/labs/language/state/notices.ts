// The language lab's notices, apart from the other lab's.
import { createNotices } from '../../../frame/state/notices.ts';

export type LanguageAction =
  'useCpu' | 'retryGpu' | 'runAgain' | 'loadAgain' | 'defaultModel' | 'halveSamples' | 'ownKernels';
export const { store: languageNotices, notify, dismiss, notifyFailure } = createNotices<LanguageAction>();
export { asFailure, kernelNotice, refusalLine } from '../../../frame/state/notices.ts';
