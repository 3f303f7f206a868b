import type { AnyRequests, DeviceReport, Failure, FromWorker, ToWorker } from './protocol.ts';

/** A request in flight. Cancelling makes `done` reject with name 'Cancelled'. */
export interface Call<K extends keyof R, R extends AnyRequests<R>> {
  readonly done: Promise<R[K]['out']>;
  cancel(): void;
}

export class WorkerError extends Error {
  readonly hint: string;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = failure.name;
    this.hint = failure.hint;
  }
}

export interface Client<R extends AnyRequests<R>> {
  ask<K extends keyof R>(kind: K, body: R[K]['in'], onProgress?: (body: R[K]['progress']) => void): Call<K, R>;
}

interface Pending {
  progress(body: unknown): void;
  done(body: unknown): void;
  failed(body: Failure): void;
}

/** The page's side of the worker: typed requests with ids, progress and cancel. */
export function createClient<R extends AnyRequests<R>>(
  worker: Worker,
  onDevice: (state: 'lost' | 'recovered' | 'failed', reason: string, report: DeviceReport | null) => void,
): Client<R> {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  const send = (message: ToWorker<R>) => worker.postMessage(message);
  worker.onmessage = ({ data }: MessageEvent<FromWorker<R>>) => {
    if (data.is === 'device') return onDevice(data.state, data.reason, data.report);
    const call = pending.get(data.id);
    if (!call) return;
    if (data.is === 'progress') return call.progress(data.body);
    pending.delete(data.id);
    if (data.is === 'done') call.done(data.body);
    else call.failed(data.body);
  };
  worker.onerror = (event) => {
    const failure = {
      name: 'WorkerFailed',
      message: `The worker stopped: ${event.message || 'its script could not be loaded'}.`,
      hint: 'Reload the page; the experiment is kept in the address.',
    };
    for (const call of pending.values()) call.failed(failure);
    pending.clear();
  };
  return {
    ask(kind, body, onProgress) {
      const id = nextId++;
      const done = new Promise<R[typeof kind]['out']>((resolve, reject) => {
        pending.set(id, {
          progress: (value) => onProgress?.(value as R[typeof kind]['progress']),
          done: (value) => resolve(value as R[typeof kind]['out']),
          failed: (failure) => reject(new WorkerError(failure)),
        });
      });
      send({ is: 'ask', id, kind, body } as ToWorker<R>);
      return { done, cancel: () => send({ is: 'cancel', id }) };
    },
  };
}
