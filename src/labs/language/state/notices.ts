import { createNotices } from '../../../frame/state/notices.ts';

export type LanguageAction =
  'useCpu' | 'retryGpu' | 'runAgain' | 'loadAgain' | 'defaultModel' | 'halveSamples' | 'ownKernels';
export const notices = createNotices<LanguageAction>();
export const { store: languageNotices, notify, dismiss, notifyFailure } = notices;
