import { createConnection } from '../../../frame/state/connection.ts';
import type { LanguageRequests } from '../worker/protocol.ts';
import { notices } from './notices.ts';

export const connection = createConnection<LanguageRequests, 'useCpu'>({
  lab: 'language',
  openWorker: () =>
    new Worker(new URL('../worker/entry.ts', import.meta.url), { type: 'module', name: 'stepscope-language' }),
  notices,
  words: {
    withoutGpu: 'Everything is computed on the processor in float64 instead: exact, but slow.',
    lost: 'The experiment is kept; the model is loaded again from this machine and the run repeated.',
    alsoBack: ', and the model with it',
    recovered: 'Nothing was changed: same experiment, same random numbers.',
    gone: 'The experiment is kept.',
    ifNotStarted: ['retryGpu', 'useCpu'],
    ifGone: ['retryGpu', 'useCpu'],
  },
});
export const languageDevice = connection.device;
