import type { Failure } from '../../../engine/worker/protocol.ts';
import { createTask, type Phase, type Task } from '../../../frame/state/task.ts';
import type { KernelRequests } from '../worker/protocol.ts';
import { connection } from './connection.ts';
import { notices } from './notices.ts';

const waysOn = ({ name }: Failure): readonly 'retryGpu'[] =>
  name === 'DeviceLostError' || name === 'WorkerFailed' ? ['retryGpu'] : [];

/** A long request of this lab; `tell` hears how it stands. */
export const kernelTask = <K extends keyof KernelRequests>(
  kind: K,
  emit: (phase: Phase) => void,
): Task<KernelRequests, K> =>
  createTask<KernelRequests, K, 'retryGpu'>({ connection, kind, notices, waysOn, onNews: ({ phase }) => emit(phase) });
