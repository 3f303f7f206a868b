// One long request at a time of each kind: the newest wins, and its end is told once.
import type { Call } from '../../../engine/worker/client.ts';
import { connection } from './connection.ts';
import { asFailure, dismiss, notifyFailure } from './notices.ts';
import type { KernelKind, KernelRequests, Phase } from './types.ts';

export interface Task<K extends KernelKind> {
  /** Resolves to the answer, or to null when it was stopped, failed, or another took its place. */
  run(
    body: KernelRequests[K]['in'],
    onProgress?: (p: KernelRequests[K]['progress']) => void,
  ): Promise<KernelRequests[K]['out'] | null>;
  cancel(): void;
}

export function createTask<K extends KernelKind>(kind: K, tell: (phase: Phase) => void): Task<K> {
  let call: Call<K, KernelRequests> | null = null;
  return {
    async run(body, onProgress) {
      const client = connection();
      if (!client) return null;
      call?.cancel();
      dismiss(kind);
      tell('running');
      const mine: Call<K, KernelRequests> = (call = client.ask(kind, body, (p) => {
        if (mine === call) onProgress?.(p);
      }));
      try {
        const out = await mine.done;
        if (mine !== call) return null;
        tell('done');
        return out;
      } catch (thrown) {
        if (mine !== call) return null;
        const failure = asFailure(thrown);
        const cancelled = failure.name === 'Cancelled';
        tell(cancelled ? 'cancelled' : 'failed');
        if (!cancelled)
          notifyFailure(
            kind,
            failure,
            failure.name === 'DeviceLostError' || failure.name === 'WorkerFailed' ? ['retryGpu'] : [],
          );
        return null;
      } finally {
        if (mine === call) call = null;
      }
    },
    cancel: () => call?.cancel(),
  };
}
