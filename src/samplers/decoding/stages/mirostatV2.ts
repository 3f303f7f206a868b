import { ROUND, logSoftmax } from '../draw.ts';
import { keepWhere } from '../support.ts';
import type { Stage } from '../types.ts';
import { mirostatParams, type Mu } from './mirostat.ts';

/**
 * Mirostat 2: keeps tokens whose surprise −log₂ P is at most μ bits, the most likely one always, and after the draw
 * sets μ ← μ − η (S − τ), where S is the token's surprise under the distribution *after* the cut. μ starts at 2τ. No
 * Zipf's law is needed. The same controller as in Basu et al. 2021, https://arxiv.org/abs/2007.14966; the variant is
 * llama.cpp's.
 */
export const mirostatV2: Stage<{ tau: number; eta: number }, Mu> = {
  id: 'mirostat_v2',
  title: 'Mirostat 2',
  group: 'adaptive',
  paper: {
    title: 'Mirostat: A Neural Text Decoding Algorithm that Directly Controls Perplexity',
    url: 'https://arxiv.org/abs/2007.14966',
  },
  summary: 'The thermostat for surprise without Zipf’s law: tokens more surprising than a moving bar are removed.',
  params: mirostatParams,
  start: ({ tau }) => ({ mu: 2 * tau }),
  apply(logits, _, __, { mu }) {
    const log = logSoftmax(logits);
    return keepWhere(logits, (token) => -log[token]! / Math.LN2 <= mu + ROUND);
  },
  observe: ({ mu }, { surprise }, { tau, eta }) => ({ mu: mu - eta * (surprise - tau) }),
};
