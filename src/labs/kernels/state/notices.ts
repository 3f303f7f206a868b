import { createNotices } from '../../../frame/state/notices.ts';

export const notices = createNotices<'retryGpu'>();
export const { store: kernelNotices, notify, dismiss, notifyFailure } = notices;
