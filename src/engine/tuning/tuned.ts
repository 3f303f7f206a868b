import type { DeviceInfo } from '../../gpu/device.ts';
import type { KernelChoices } from '../../core/kernelVersions.ts';
import { loadTuning } from './tuningStore.ts';

declare const __APP_VERSION__: string;
/** The app's version; 'development' where no build filled it in. */
export const appVersion = typeof __APP_VERSION__ === 'undefined' ? 'development' : __APP_VERSION__;

/**
 * The kernel versions that the tuner found best on this device; none where it never ran. Asked anew for each problem,
 * so that a search in another tab counts at once.
 */
export const tunedChoices = async (info: DeviceInfo): Promise<KernelChoices> =>
  (await loadTuning(info, appVersion))?.choices ?? {};
