import { Cancelled } from '../engine/problem.ts';
import type { Failure, FromWorker, Kind, Requests, ToWorker } from './protocol.ts';

export type Handlers = { [K in Kind]: (body: Requests[K]['in'], progress: (body: Requests[K]['progress']) => void, signal: AbortSignal) => Promise<Requests[K]['out']> };

function failure(error: unknown): Failure {
  const e = error instanceof Error ? error : new Error(String(error));
  const hint = (e as { hint?: unknown }).hint;
  return { name: e.name, message: e.message, hint: typeof hint === 'string' ? hint : 'The experiment is kept; change it or run it again.' };
}

/** The buffers inside a message, to be moved instead of copied. */
function buffersOf(body: unknown): Transferable[] {
  const out: Transferable[] = [];
  const visit = (v: unknown) => {
    if (ArrayBuffer.isView(v)) out.push(v.buffer as ArrayBuffer);
    else if (typeof v === 'object' && v !== null) for (const inner of Object.values(v)) visit(inner);
  };
  visit(body);
  return out;
}

/**
 * Takes messages, answers each request once, and lets the newest win: a run ends older runs and sweeps, a sweep ends older
 * sweeps. An ended request fails with `Cancelled` and says nothing more before.
 */
export function createDispatcher(handlers: Handlers, post: (message: FromWorker, transfer: Transferable[]) => void): (message: ToWorker) => void {
  const running = new Map<number, { readonly kind: Kind; readonly abort: AbortController }>();

  async function answer<K extends Kind>(id: number, kind: K, body: Requests[K]['in']): Promise<void> {
    if (kind === 'run' || kind === 'sweep') for (const r of running.values()) if (r.kind === 'sweep' || (kind === 'run' && r.kind === 'run')) r.abort.abort();
    const abort = new AbortController();
    running.set(id, { kind, abort });
    const progress = (value: Requests[K]['progress']) => {
      if (!abort.signal.aborted) post({ is: 'progress', id, kind, body: value } as FromWorker, buffersOf(value));
    };
    try {
      const out = await handlers[kind](body, progress, abort.signal);
      if (abort.signal.aborted) throw new Cancelled();
      post({ is: 'done', id, kind, body: out } as FromWorker, []);
    } catch (error) {
      post({ is: 'failed', id, kind, body: failure(abort.signal.aborted ? new Cancelled() : error) } as FromWorker, []);
    } finally {
      running.delete(id);
    }
  }

  return (message) => {
    if (message.is === 'cancel') running.get(message.id)?.abort.abort();
    else void answer(message.id, message.kind, message.body as never);
  };
}
