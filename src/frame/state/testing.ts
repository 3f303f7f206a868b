/** For tests only: a worker that answers when it is told to, behind a connection of the frame's own. */
import type { Call, Client } from '../../engine/worker/client.ts';
import type { DeviceReport, DeviceRequests } from '../../engine/worker/protocol.ts';
import { createConnection, type Connection } from './connection.ts';
import { createNotices, type Notices } from './notices.ts';

export interface PaperRequests extends DeviceRequests<{ readonly forceCpu: boolean }> {
  work: { in: number; progress: string; out: string };
}
export const paperReport: DeviceReport = {
  backend: 'webgpu',
  name: 'a GPU of paper',
  vendor: '',
  architecture: '',
  software: false,
  features: [],
  timestampMs: null,
  maxBindingBytes: 1,
};

/** A request that was made: the test decides what becomes of it. */
export interface PaperCall {
  readonly kind: keyof PaperRequests;
  readonly body: unknown;
  readonly cancelled: () => boolean;
  progress(value: string): void;
  resolve(out: unknown): void;
  reject(name: string, message?: string): void;
}

export function paperConnection(): {
  readonly connection: Connection<PaperRequests>;
  readonly calls: PaperCall[];
  readonly notices: Notices<'retryGpu' | 'runAgain'>;
} {
  const notices = createNotices<'retryGpu' | 'runAgain'>();
  const connection = createConnection<PaperRequests, 'runAgain'>({
    lab: 'paper',
    openWorker: () => {
      throw new Error('There are no workers in this test.');
    },
    notices,
    words: {
      withoutGpu: 'Slow.',
      lost: 'It is kept.',
      alsoBack: ', with all',
      recovered: 'Nothing changed.',
      gone: 'Gone.',
      ifNotStarted: ['retryGpu', 'runAgain'],
      ifGone: ['retryGpu'],
    },
  });
  const calls: PaperCall[] = [];
  const client: Client<PaperRequests> = {
    ask(kind, body, onProgress): Call<typeof kind, PaperRequests> {
      let cancelled = false;
      let resolve: (out: never) => void = () => {};
      let reject: (error: Error) => void = () => {};
      const done = new Promise<never>((yes, no) => {
        resolve = yes;
        reject = no;
      });
      calls.push({
        kind,
        body,
        cancelled: () => cancelled,
        progress: (value) => onProgress?.(value as never),
        resolve: (out) => resolve(out as never),
        reject: (name, message = name) => reject(Object.assign(new Error(message), { name, hint: 'Try.' })),
      });
      return { done, cancel: () => void (cancelled = true) };
    },
  };
  connection.put(client);
  return { connection, calls, notices };
}

/** Lets everything that is ready go on. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
