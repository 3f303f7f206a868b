// The kernel lab's notices, apart from the other labs'.
import { createNotices } from '../../../frame/state/notices.ts';

export type KernelAction = 'retryGpu';
export const { store: kernelNotices, notify, dismiss, notifyFailure } = createNotices<KernelAction>();
export { asFailure, refusalLine } from '../../../frame/state/notices.ts';
