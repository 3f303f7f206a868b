// The worker and the device behind it: starting, losing, getting back.
import type { Requests } from '../worker/protocol.ts';
import { createClient, type Client } from '../../../engine/worker/client.ts';
import { deviceStore } from '../../../frame/state/deviceStore.ts';
import { answersMemory } from '../../../frame/state/memory.ts';
import { asFailure, dismiss, notify, notifyFailure } from '../../../frame/state/notices.ts';
import type { DeviceReport } from '../../../engine/worker/protocol.ts';

let worker: Worker | null = null;
let client: Client<Requests> | null = null;

export const connection = (): Client<Requests> | null => client;
answersMemory('diffusion', () =>
  deviceStore.getState().report?.backend === 'webgpu' ? client?.ask('memory', {}).done : undefined,
);

/** Requests that hold the device; a cancelled one still holds it until it has let go. */
const holding = new Set<Promise<unknown>>();
export function hold<T>(work: Promise<T>): Promise<T> {
  const settled = work
    .then(
      () => {},
      () => {},
    )
    .finally(() => holding.delete(settled));
  holding.add(settled);
  return work;
}
/** Resolves when no earlier request holds the device: buffers are not freed from under a run. */
export async function deviceFree(): Promise<void> {
  while (holding.size > 0) await Promise.all(holding);
}

/** Starts a fresh worker; resolves when its device is known, to false when there is none of any kind. */
export async function connect(forceCpu: boolean): Promise<boolean> {
  worker?.terminate();
  holding.clear();
  worker = new Worker(new URL('../worker/entry.ts', import.meta.url), { type: 'module', name: 'stepscope' });
  const mine = (client = createClient(worker, onDevice));
  deviceStore.setState({ phase: 'starting', report: null, reason: '' });
  try {
    const { why, ...told } = await mine.ask('start', { forceCpu }).done;
    // The reader who asked for the processor knows why there is no GPU.
    const report: DeviceReport = why && !forceCpu ? { ...told, why } : told;
    if (mine !== client) return false;
    deviceStore.setState({ phase: 'ready', report, reason: '' });
    tellAbout(report, forceCpu);
    return true;
  } catch (thrown) {
    if (mine !== client) return false;
    const failure = asFailure(thrown);
    deviceStore.setState({ phase: 'failed', report: null, reason: failure.message });
    notifyFailure('device', failure, ['retryGpu', 'useCpu']);
    return false;
  }
}

function tellAbout(report: DeviceReport, forceCpu: boolean): void {
  dismiss('device');
  if (report.backend === 'cpu' && !forceCpu) {
    notify({
      kind: 'device',
      tone: 'warning',
      title: report.why?.message ?? 'WebGPU is not available here.',
      lines: ['Everything is computed on the processor in float64 instead: exact, but slow for the image networks.'],
      hint: report.why?.hint ?? '',
      actions: ['retryGpu'],
    });
  }
}

function onDevice(state: 'lost' | 'recovered' | 'failed', reason: string, report: DeviceReport | null): void {
  deviceStore.setState((old) => ({ phase: state, reason, report: report ?? old.report }));
  const because = reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`;
  if (state === 'lost')
    notify({
      kind: 'device',
      tone: 'warning',
      title: `The GPU was lost${because}. Asking for a new one…`,
      hint: 'The experiment is kept; the run is repeated on the new device.',
    });
  if (state === 'recovered')
    notify({
      kind: 'device',
      title: `The GPU was lost${because} and is back; the run was repeated on the new device.`,
      hint: 'Nothing was changed: same experiment, same noise.',
    });
  if (state === 'failed') {
    notify({
      kind: 'device',
      tone: 'error',
      title: reason || 'The GPU was lost and did not come back.',
      hint: 'The experiment is kept and goes on in float64 on the processor.',
      actions: ['retryGpu'],
    });
  }
}
