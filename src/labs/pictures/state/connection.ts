import { createConnection } from '../../../frame/state/connection.ts';
import type { PicturesRequests } from '../worker/protocol.ts';
import { answersVerified } from '../../../frame/state/verified.ts';
import { notices } from './notices.ts';

export const connection = createConnection<PicturesRequests, 'retryGpu'>({
  lab: 'pictures',
  openWorker: () =>
    new Worker(new URL('../worker/entry.ts', import.meta.url), { type: 'module', name: 'stepscope pictures' }),
  notices,
  words: {
    withoutGpu: 'Published diffusion models need one: on a processor a picture would take minutes.',
    lost: 'The experiment is kept; the run is repeated on the new device.',
    alsoBack: '; the model was loaded and the run repeated on the new device',
    recovered: 'Nothing was changed: same experiment, same noise.',
    gone: 'The experiment is kept; it can be run again once there is a device.',
    ifNotStarted: ['retryGpu'],
    ifGone: ['retryGpu'],
  },
});
export const deviceStore = connection.device;
answersVerified('pictures', deviceStore, (ask) => connection.client()!.ask('verified', ask).done);
