// Who can be asked what is verified of samplers on this device: each lab's worker that has samplers.
import type { StoreApi } from 'zustand/vanilla';
import type { VerifiedRequest } from '../../engine/worker/verified.ts';
import type { DeviceState } from './deviceStore.ts';

type Request = VerifiedRequest['verified'];
type Ask = (ask: Request['in']) => Promise<Request['out']>;
interface Asker {
  readonly device: StoreApi<DeviceState>;
  readonly ask: Ask;
}
const askers = new Map<string, Asker>();

/** Called once by each lab. `ask` is called only while its device is a GPU. */
export const answersVerified = (lab: string, device: StoreApi<DeviceState>, ask: Ask): void =>
  void askers.set(lab, { device, ask });

/** What a lab's worker answers; null where there is no GPU, undefined while a device is on its way: it may be one. */
export async function askVerified(lab: string, ask: Request['in']): Promise<Request['out'] | undefined> {
  const asker = askers.get(lab);
  if (!asker) return null;
  const { phase, report } = asker.device.getState();
  if (phase === 'starting' || phase === 'lost') return undefined;
  return report?.backend === 'webgpu' && phase !== 'failed' ? asker.ask(ask) : null;
}

/** Tells whenever a lab's device comes or goes; returns what ends that. */
export const onDeviceOf = (lab: string, work: () => void): (() => void) =>
  askers.get(lab)?.device.subscribe((now, old) => {
    if (now.phase !== old.phase || now.report !== old.report) work();
  }) ?? (() => {});
