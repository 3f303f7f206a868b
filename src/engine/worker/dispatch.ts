import { Cancelled } from '../../core/cancel.ts';
import type { AnyRequests, Failure, FromWorker, ToWorker } from './protocol.ts';

export type Handlers<R extends AnyRequests<R>> = {
  [K in keyof R]: (
    body: R[K]['in'],
    progress: (body: R[K]['progress']) => void,
    signal: AbortSignal,
  ) => Promise<R[K]['out']>;
};
/** Which running requests a new one ends. */
export type Ends<R> = { readonly [K in keyof R]?: readonly (keyof R)[] };

function failure(error: unknown): Failure {
  const e = error instanceof Error ? error : new Error(String(error));
  const hint = (e as { hint?: unknown }).hint;
  return {
    name: e.name,
    message: e.message,
    hint: typeof hint === 'string' ? hint : 'The experiment is kept; change it or run it again.',
  };
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
 * Takes messages, answers each request once, and lets the newest win: `ends` says which older requests a new one ends. An ended request fails with `Cancelled` and says nothing more before.
 */
export function createDispatcher<R extends AnyRequests<R>>(
  handlers: Handlers<R>,
  post: (message: FromWorker<R>, transfer: Transferable[]) => void,
  ends: Ends<R>,
): (message: ToWorker<R>) => void {
  const running = new Map<number, { readonly kind: keyof R; readonly abort: AbortController }>();

  async function answer<K extends keyof R>(id: number, kind: K, body: R[K]['in']): Promise<void> {
    for (const r of running.values()) if (ends[kind]?.includes(r.kind)) r.abort.abort();
    const abort = new AbortController();
    running.set(id, { kind, abort });
    const progress = (value: R[K]['progress']) => {
      if (!abort.signal.aborted) post({ is: 'progress', id, kind, body: value } as FromWorker<R>, buffersOf(value));
    };
    try {
      const out = await handlers[kind](body, progress, abort.signal);
      if (abort.signal.aborted) throw new Cancelled();
      post({ is: 'done', id, kind, body: out } as FromWorker<R>, []);
    } catch (error) {
      post(
        { is: 'failed', id, kind, body: failure(abort.signal.aborted ? new Cancelled() : error) } as FromWorker<R>,
        [],
      );
    } finally {
      running.delete(id);
    }
  }

  return (message) => {
    if (message.is === 'cancel') running.get(message.id)?.abort.abort();
    else void answer(message.id, message.kind, message.body as never);
  };
}
