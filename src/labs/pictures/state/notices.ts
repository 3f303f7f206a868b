import { createNotices } from '../../../frame/state/notices.ts';

export type PicturesAction =
  | 'retryGpu'
  | 'defaultModel'
  | 'loadAgain'
  | 'runAgain'
  | 'fewerPictures'
  | 'wideWeights'
  | 'ownKernels'
  | 'fromNoise'
  | 'asStart'
  | 'asStartInstead'
  | 'asStartToo'
  | 'asDiffusers';
export const notices = createNotices<PicturesAction>();
export const { notify, dismiss, notifyFailure } = notices;
