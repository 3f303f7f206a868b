// The kernel lab's worker and the device behind it: starting, losing, getting back.
import { createStore } from 'zustand/vanilla';
import type { KernelChoices } from '../../../frame/config/kernelChoices.ts';
import { createClient, type Client } from '../../../engine/worker/client.ts';
import type { KernelRequests } from '../worker/protocol.ts';
import type { DeviceState } from '../../../frame/state/deviceStore.ts';
import { answersMemory } from '../../../frame/state/memory.ts';
import { catalogue } from './labStore.ts';
import { asFailure, dismiss, notify } from './notices.ts';

export type KernelClient = Client<KernelRequests>;
export const kernelDevice = createStore<DeviceState>(() => ({ phase: 'starting', report: null, reason: '' }));

let worker: Worker | null = null;
let client: KernelClient | null = null;
export const connection = (): KernelClient | null => client;
/** Puts another client in place of the worker's; for tests. */
export const putClient = (other: KernelClient | null): void => void (client = other);
answersMemory('kernels', () =>
  kernelDevice.getState().report?.backend === 'webgpu' ? client?.ask('memory', {}).done : undefined,
);

function startWorker(): KernelClient {
  worker?.terminate();
  worker = new Worker(new URL('../worker/entry.ts', import.meta.url), {
    type: 'module',
    name: 'stepscope-kernels',
  });
  return createClient<KernelRequests>(worker, onDevice);
}

/** Whether there is a GPU to measure; nothing of this lab means anything without one. */
export const hasGpu = (): boolean => client !== null && kernelDevice.getState().report?.backend === 'webgpu';

/** What is told where there is no GPU. */
const WITHOUT =
  'Nothing can be measured here without WebGPU: open the page in a browser that has it (Chrome, Edge, or a recent Firefox or Safari). The other labs compute on the processor meanwhile.';

/** Starts the worker afresh, or only tells a running one other choices; resolves when its device is known. */
export async function connect(
  kernels: KernelChoices,
  afresh = true,
  start: () => KernelClient = startWorker,
): Promise<boolean> {
  if (afresh || !client) {
    client = start();
    kernelDevice.setState({ phase: 'starting', report: null, reason: '' });
  }
  const mine = client;
  try {
    const { report, ...told } = await mine.ask('start', { kernels }).done;
    if (mine !== client) return false;
    catalogue.setState(told);
    kernelDevice.setState({ phase: 'ready', report, reason: '' });
    if (report.backend === 'webgpu') dismiss('device');
    else
      notify({
        kind: 'device',
        tone: 'warning',
        title: report.why?.message ?? 'WebGPU is not available here.',
        lines: [WITHOUT],
        hint: report.why?.hint ?? '',
        actions: ['retryGpu'],
      });
    if (told.refused.length === 0) dismiss('ordered');
    else
      notify({
        kind: 'ordered',
        tone: 'warning',
        title: 'Not every version that was ordered runs here',
        lines: told.refused,
      });
    return report.backend === 'webgpu';
  } catch (thrown) {
    if (mine !== client) return false;
    const { message, hint } = asFailure(thrown);
    kernelDevice.setState({ phase: 'failed', report: null, reason: message });
    notify({ kind: 'device', tone: 'error', title: message, lines: [WITHOUT], hint, actions: ['retryGpu'] });
    return false;
  }
}

function onDevice(state: 'lost' | 'recovered' | 'failed', reason: string, report: DeviceState['report']): void {
  kernelDevice.setState((old) => ({ phase: state, reason, report: report ?? old.report }));
  const because = reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`;
  if (state === 'lost')
    notify({
      kind: 'device',
      tone: 'warning',
      title: `The GPU was lost${because}. Asking for a new one…`,
      hint: 'What was measured stays; what was going on has ended.',
    });
  if (state === 'recovered')
    notify({
      kind: 'device',
      title: `The GPU was lost${because} and is back.`,
      hint: 'What was measured stays; measure again where it was cut short.',
    });
  if (state === 'failed')
    notify({
      kind: 'device',
      tone: 'error',
      title: reason || 'The GPU was lost and did not come back.',
      hint: 'What was measured stays.',
      actions: ['retryGpu'],
    });
}
