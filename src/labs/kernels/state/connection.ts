import { createConnection } from '../../../frame/state/connection.ts';
import type { KernelChoices } from '../../../frame/config/kernelChoices.ts';
import type { KernelRequests } from '../worker/protocol.ts';
import { catalogue } from './labStore.ts';
import { dismiss, notices, notify } from './notices.ts';

export const connection = createConnection<KernelRequests, never>({
  lab: 'kernels',
  openWorker: () =>
    new Worker(new URL('../worker/entry.ts', import.meta.url), { type: 'module', name: 'stepscope-kernels' }),
  notices,
  words: {
    withoutGpu:
      'Nothing can be measured here without WebGPU: open the page in a browser that has it (Chrome, Edge, or a recent Firefox or Safari). The other labs compute on the processor meanwhile.',
    lost: 'What was measured stays; what was going on has ended.',
    alsoBack: '',
    recovered: 'What was measured stays; measure again where it was cut short.',
    gone: 'What was measured stays.',
    ifNotStarted: ['retryGpu'],
    ifGone: ['retryGpu'],
  },
});
/** Nothing of this lab means anything without a GPU. */
export const { device: kernelDevice, hasGpu } = connection;

/** Starts the worker afresh, or only tells a running one other choices; true when there is a GPU. */
export async function connect(kernels: KernelChoices, afresh = true): Promise<boolean> {
  const answer = await connection.start({ kernels }, { afresh });
  if (!answer) return false;
  const { families, tuning, refused } = answer;
  catalogue.setState({ families, tuning, refused });
  if (refused.length === 0) dismiss('override');
  else notify({ kind: 'override', tone: 'warning', title: 'Not every forced version runs here', lines: refused });
  return hasGpu();
}
