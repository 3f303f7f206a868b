import { createNotices } from '../../../frame/state/notices.ts';

export type DiffusionAction = 'useCpu' | 'retryGpu' | 'defaultModel' | 'runAgain' | 'halveSamples' | 'ownKernels';
export const notices = createNotices<DiffusionAction>();
export const { notify, dismiss, notifyFailure } = notices;
