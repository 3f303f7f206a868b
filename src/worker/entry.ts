// The worker: owns the device, runs experiments, survives a lost GPU. The page is on the other side of protocol.ts.
import { Cancelled } from '../engine/problem.ts';
import { runExperiment } from '../engine/run.ts';
import { runSweep } from '../engine/sweep.ts';
import { createWeightLoader } from '../engine/weights.ts';
import { Machine } from './machine.ts';
import type { Failure, FromWorker, Kind, Requests, ToWorker } from './protocol.ts';

const scope = self as unknown as { onmessage: ((event: MessageEvent<ToWorker>) => void) | null; postMessage(message: FromWorker, transfer?: Transferable[]): void };
const post = (message: FromWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer);

// In the build this file lies in assets/, beside which models/ is one folder up; the development server has both at the root.
const base = new URL(import.meta.env.DEV ? '/' : '../', self.location.href).href;
let tell: (text: string, fraction: number | null) => void = () => {};
const load = createWeightLoader(base, (text, fraction) => tell(text, fraction));
const machine = new Machine(load, (state, reason, report) => post({ is: 'device', state, reason, report }));
const running = new Map<number, { kind: Kind; abort: AbortController }>();

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

type Handlers = { [K in Kind]: (body: Requests[K]['in'], progress: (body: Requests[K]['progress']) => void, signal: AbortSignal) => Promise<Requests[K]['out']> };

const handlers: Handlers = {
  start: ({ forceCpu }) => machine.start(forceCpu),
  run: ({ experiment, fingerprint }, progress, signal) => {
    tell = (text, fraction) => progress({ kind: 'status', text, fraction });
    return machine.using((session) => runExperiment(session, experiment, fingerprint, progress, signal), signal);
  },
  sweep: ({ experiment }, progress, signal) => {
    tell = (text, fraction) => progress({ kind: 'status', text, fraction: fraction ?? 0, remainingMs: null });
    return machine.using((session) => runSweep(session, experiment, progress, signal), signal);
  },
  lose: async () => {
    machine.lose();
    return {};
  },
};

async function answer<K extends Kind>(id: number, kind: K, body: Requests[K]['in']): Promise<void> {
  // The newest wins: a run makes older runs and sweeps pointless, a sweep makes older sweeps so.
  if (kind === 'run' || kind === 'sweep') for (const r of running.values()) if (r.kind === 'sweep' || (kind === 'run' && r.kind === 'run')) r.abort.abort();
  const abort = new AbortController();
  running.set(id, { kind, abort });
  const progress = (value: Requests[K]['progress']) => {
    if (!abort.signal.aborted) post({ is: 'progress', id, kind, body: value } as FromWorker, buffersOf(value));
  };
  try {
    const out = await handlers[kind](body, progress, abort.signal);
    post({ is: 'done', id, kind, body: out } as FromWorker);
  } catch (error) {
    post({ is: 'failed', id, kind, body: failure(abort.signal.aborted ? new Cancelled() : error) } as FromWorker);
  } finally {
    running.delete(id);
  }
}

scope.onmessage = ({ data }) => {
  if (data.is === 'cancel') running.get(data.id)?.abort.abort();
  else void answer(data.id, data.kind, data.body as never);
};

