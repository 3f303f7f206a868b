// The language lab's worker and the device behind it: starting, losing, getting back.
import { createStore } from 'zustand/vanilla';
import { createClient, type Client } from '../../../engine/worker/client.ts';
import type { LanguageRequests } from '../worker/protocol.ts';
import type { DeviceState } from '../../../frame/state/deviceStore.ts';
import { answersMemory } from '../../../frame/state/memory.ts';
import type { DeviceReport } from '../../../engine/worker/protocol.ts';
import { asFailure, dismiss, notify, notifyFailure } from './notices.ts';

export type LanguageClient = Client<LanguageRequests>;
export const languageDevice = createStore<DeviceState>(() => ({ phase: 'starting', report: null, reason: '' }));

let worker: Worker | null = null;
let client: LanguageClient | null = null;
export const connection = (): LanguageClient | null => client;
/** Puts another client in place of the worker's; for tests. */
export const putClient = (other: LanguageClient | null): void => void (client = other);
answersMemory('language', () =>
  languageDevice.getState().report?.backend === 'webgpu' ? client?.ask('memory', {}).done : undefined,
);

function startWorker(): LanguageClient {
  worker?.terminate();
  worker = new Worker(new URL('../worker/entry.ts', import.meta.url), {
    type: 'module',
    name: 'stepscope-language',
  });
  return createClient<LanguageRequests>(worker, onDevice);
}

/** Starts a fresh worker; resolves when its device is known, to false when there is none of any kind. */
export async function connect(forceCpu: boolean, start: () => LanguageClient = startWorker): Promise<boolean> {
  const mine = (client = start());
  languageDevice.setState({ phase: 'starting', report: null, reason: '' });
  try {
    const { why, ...told } = await mine.ask('start', { forceCpu }).done;
    // The reader who asked for the processor knows why there is no GPU.
    const report: DeviceReport = why && !forceCpu ? { ...told, why } : told;
    if (mine !== client) return false;
    languageDevice.setState({ phase: 'ready', report, reason: '' });
    dismiss('device');
    if (report.backend === 'cpu' && !forceCpu)
      notify({
        kind: 'device',
        tone: 'warning',
        title: report.why?.message ?? 'WebGPU is not available here.',
        lines: ['Everything is computed on the processor in float64 instead: exact, but slow.'],
        hint: report.why?.hint ?? '',
        actions: ['retryGpu'],
      });
    return true;
  } catch (thrown) {
    if (mine !== client) return false;
    const failure = asFailure(thrown);
    languageDevice.setState({ phase: 'failed', report: null, reason: failure.message });
    notifyFailure('device', failure, ['retryGpu', 'useCpu']);
    return false;
  }
}

function onDevice(state: 'lost' | 'recovered' | 'failed', reason: string, report: DeviceReport | null): void {
  languageDevice.setState((old) => ({ phase: state, reason, report: report ?? old.report }));
  const because = reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`;
  if (state === 'lost')
    notify({
      kind: 'device',
      tone: 'warning',
      title: `The GPU was lost${because}. Asking for a new one…`,
      hint: 'The experiment is kept; the model is loaded again from this machine and the run repeated.',
    });
  if (state === 'recovered')
    notify({
      kind: 'device',
      title: `The GPU was lost${because} and is back, and the model with it.`,
      hint: 'Nothing was changed: same experiment, same luck.',
    });
  if (state === 'failed')
    notify({
      kind: 'device',
      tone: 'error',
      title: reason || 'The GPU was lost and did not come back.',
      hint: 'The experiment is kept.',
      actions: ['retryGpu', 'useCpu'],
    });
}
