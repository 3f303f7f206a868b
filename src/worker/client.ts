import type { DeviceReport, Failure, FromWorker, Kind, Requests, ToWorker } from './protocol.ts';

/** A request in flight. Cancelling makes `done` reject with name 'Cancelled'. */
export interface Call<K extends Kind> { readonly done: Promise<Requests[K]['out']>; cancel(): void }

export class WorkerError extends Error {
  readonly hint: string;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = failure.name;
    this.hint = failure.hint;
  }
}

export interface Client {
  ask<K extends Kind>(kind: K, body: Requests[K]['in'], onProgress?: (body: Requests[K]['progress']) => void): Call<K>;
}

interface Pending { progress(body: unknown): void; done(body: unknown): void; failed(body: Failure): void }

/** The page's side of the worker: typed requests with ids, progress and cancel. */
export function createClient(worker: Worker, onDevice: (state: 'lost' | 'recovered' | 'failed', reason: string, report: DeviceReport | null) => void): Client {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  const send = (message: ToWorker) => worker.postMessage(message);
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.is === 'device') return onDevice(data.state, data.reason, data.report);
    const call = pending.get(data.id);
    if (!call) return;
    if (data.is === 'progress') return call.progress(data.body);
    pending.delete(data.id);
    if (data.is === 'done') call.done(data.body);
    else call.failed(data.body);
  };
  worker.onerror = (event) => {
    const failure = { name: 'WorkerFailed', message: `The worker stopped: ${event.message || 'its script could not be loaded'}.`, hint: 'Reload the page; the experiment is kept in the address.' };
    for (const call of pending.values()) call.failed(failure);
    pending.clear();
  };
  return {
    ask(kind, body, onProgress) {
      const id = nextId++;
      const done = new Promise<Requests[typeof kind]['out']>((resolve, reject) => {
        pending.set(id, {
          progress: (value) => onProgress?.(value as Requests[typeof kind]['progress']),
          done: (value) => resolve(value as Requests[typeof kind]['out']),
          failed: (failure) => reject(new WorkerError(failure)),
        });
      });
      send({ is: 'ask', id, kind, body } as ToWorker);
      return { done, cancel: () => send({ is: 'cancel', id }) };
    },
  };
}
