import { createConnection } from '../../../frame/state/connection.ts';
import type { Requests } from '../worker/protocol.ts';
import { answersVerified } from '../../../frame/state/verified.ts';
import { notices } from './notices.ts';

export const connection = createConnection<Requests, 'useCpu'>({
  lab: 'diffusion',
  openWorker: () => new Worker(new URL('../worker/entry.ts', import.meta.url), { type: 'module', name: 'stepscope' }),
  notices,
  words: {
    withoutGpu: 'Everything is computed on the processor in float64 instead: exact, but slow for the image networks.',
    lost: 'The experiment is kept; the run is repeated on the new device.',
    alsoBack: '; the run was repeated on the new device',
    recovered: 'Nothing was changed: same experiment, same noise.',
    gone: 'The experiment is kept and goes on in float64 on the processor.',
    ifNotStarted: ['retryGpu', 'useCpu'],
    ifGone: ['retryGpu'],
  },
});
export const deviceStore = connection.device;
answersVerified('diffusion', deviceStore, (ask) => connection.client()!.ask('verified', ask).done);
