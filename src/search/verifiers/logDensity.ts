import type { Verifier } from './types.ts';

export const logDensity: Verifier<object> = {
  id: 'log_p',
  title: 'log p of the target',
  unit: 'nats',
  summary: 'How probable a sample is under the exact target.',
  needs: 'density',
  hackable: 'The most probable places are not the whole target: rare and wide modes lose.',
  params: {},
  score: ({ x, logDensity: log }) => log!(x),
};
