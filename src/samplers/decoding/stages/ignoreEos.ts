import { keepOne } from '../support.ts';
import type { Stage } from '../types.ts';

/**
 * Removes the tokens that end a text, everywhere: only its length or a stop string ends it then. As `ignore_eos` of
 * llama.cpp (no paper), and not of vLLM, which writes the end token and goes on. `min_new_tokens` does it for a beginning.
 */
export const ignoreEos: Stage<object> = {
  id: 'ignore_eos',
  title: 'Ignore end tokens',
  group: 'constrain',
  masks: true,
  reorders: true,
  paper: {
    title: 'llama.cpp: --ignore-eos',
    url: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  },
  summary: 'No text ends by itself: the tokens that would end it are removed.',
  params: {},
  apply(logits, { endTokens = [] }) {
    const out = logits.slice();
    for (const token of endTokens) if (token < out.length) out[token] = -Infinity;
    return keepOne(logits, out);
  },
};
