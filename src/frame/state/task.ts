// One long request at a time of each kind: the newest wins, and its end is told once.
import { Cancelled } from '../../core/cancel.ts';
import type { Call } from '../../engine/worker/client.ts';
import type { Failure, LabRequests } from '../../engine/worker/protocol.ts';
import type { Connection } from './connection.ts';
import { asFailure, type Teller } from './notices.ts';

/** Of everything that takes long. */
export type Phase = 'idle' | 'running' | 'done' | 'cancelled' | 'failed';

/** What a task comes to: its answer when it is done, what went wrong when it failed. */
export interface TaskNews<Out> {
  readonly phase: Exclude<Phase, 'idle'>;
  readonly out: Out | null;
  readonly failure: Failure | null;
}

export interface TaskOptions<R extends LabRequests<R>, K extends keyof R & string, A extends string> {
  readonly connection: Connection<R>;
  readonly kind: K;
  /** Where a failure is told, under the task's kind; without it the failure is the listener's to show. */
  readonly notices?: Teller<A>;
  /** The ways on that a failure offers. */
  readonly waysOn?: (failure: Failure) => readonly A[];
  /** Waits until earlier requests of the connection have let go of the device, also those that were cancelled. */
  readonly takesTurns?: boolean;
  /** Hears of the beginning and of the end; never of a task whose place another took. */
  readonly onNews: (news: TaskNews<R[K]['out']>) => void;
}

export interface RunOptions<R extends LabRequests<R>, K extends keyof R & string> {
  readonly onProgress?: (progress: R[K]['progress']) => void;
  /** What must be there before the worker is asked. False: it is not asked, and whoever says so tells the reader why. */
  readonly ready?: () => Promise<boolean>;
}

export interface Task<R extends LabRequests<R>, K extends keyof R & string> {
  /**
   * Resolves to the answer, or to null when it was stopped, failed, or another took its place. The body is asked for
   * when everything is ready.
   */
  run(body: () => R[K]['in'], options?: RunOptions<R, K>): Promise<R[K]['out'] | null>;
  /** Ends it now, whatever the worker is at; does nothing where nothing runs. */
  cancel(): void;
  readonly running: () => boolean;
}

export function createTask<R extends LabRequests<R>, K extends keyof R & string, A extends string = never>({
  connection,
  kind,
  notices,
  waysOn = () => [],
  takesTurns = false,
  onNews,
}: TaskOptions<R, K, A>): Task<R, K> {
  let current: { call: Call<K, R> | null } | null = null;
  const emit = (phase: TaskNews<never>['phase'], out: R[K]['out'] | null = null, failure: Failure | null = null) =>
    onNews({ phase, out, failure });

  return {
    running: () => current !== null,
    cancel() {
      const ended = current;
      current = null;
      ended?.call?.cancel();
      if (ended) emit('cancelled');
    },
    async run(body, { onProgress, ready } = {}) {
      const client = connection.client();
      if (!client) return null;
      current?.call?.cancel();
      const mine: { call: Call<K, R> | null } = { call: null };
      current = mine;
      notices?.dismiss(kind);
      emit('running');
      const asked = () => {
        if (mine !== current) throw new Cancelled();
        mine.call = client.ask(kind, body(), (progress) => {
          if (mine === current) onProgress?.(progress);
        });
        return mine.call.done;
      };
      try {
        const may = ready ? await ready() : true;
        if (mine !== current) return null;
        if (!may) {
          current = null;
          return null;
        }
        const out = await (takesTurns ? connection.turns().take(asked) : asked());
        if (mine !== current) return null;
        current = null;
        emit('done', out);
        return out;
      } catch (thrown) {
        if (mine !== current) return null;
        current = null;
        const failure = asFailure(thrown);
        if (failure.name === 'Cancelled') emit('cancelled');
        else {
          emit('failed', null, failure);
          notices?.notifyFailure(kind, failure, waysOn(failure));
        }
        return null;
      }
    },
  };
}
