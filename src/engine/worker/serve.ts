// A worker's own side: where it finds models, how it speaks of its device, and how it answers requests.
import { createDevices, type Devices, type Opened } from '../devices.ts';
import { createDispatcher, type Ends, type Handlers } from './dispatch.ts';
import { cpuReport } from './cpuReport.ts';
import type { DeviceReport, FromWorker, LabRequests, ToWorker } from './protocol.ts';

/** What the page is told of a device, or of why there is none. */
export const reportFor = (now: Opened): DeviceReport =>
  now.ctx ? { backend: 'webgpu', ...now.report } : cpuReport(now.why.message, now.why.hint);

export interface WorkerSide<R extends LabRequests<R>> {
  /** The folder that holds models/, as an absolute URL. */
  readonly base: string;
  /** Devices whose life the page hears of; after a loss `reopen` is called at once, not at the next request. */
  devices(reopen: () => Promise<unknown>): Devices;
  /** Answers the page from now on; `ends` says which older requests a new one ends. */
  serve(handlers: Handlers<R>, ends: Ends<R>): void;
}

export function workerSide<R extends LabRequests<R>>(): WorkerSide<R> {
  const scope = self as unknown as {
    onmessage: ((event: MessageEvent<ToWorker<R>>) => void) | null;
    postMessage(message: FromWorker<R>, transfer?: Transferable[]): void;
  };
  return {
    // In the build a worker's file lies in assets/, beside which models/ is one folder up; the development server has
    // both at the root.
    base: new URL(import.meta.env.DEV ? '/' : '../', self.location.href).href,
    devices: (reopen) =>
      createDevices({
        onChange: (state, reason, now) =>
          scope.postMessage({ is: 'device', state, reason, report: now && reportFor(now) }),
        onLost: () =>
          void reopen().catch((e: unknown) =>
            scope.postMessage({
              is: 'device',
              state: 'failed',
              reason: e instanceof Error ? e.message : String(e),
              report: null,
            }),
          ),
      }),
    serve(handlers, ends) {
      const dispatch = createDispatcher<R>(handlers, (message, transfer) => scope.postMessage(message, transfer), ends);
      scope.onmessage = ({ data }) => dispatch(data);
    },
  };
}
