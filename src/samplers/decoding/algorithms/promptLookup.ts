import { numberField } from '../../../core/field.ts';
import { speculate, type Drafter } from '../speculation.ts';
import type { Algorithm } from '../types.ts';

/**
 * What followed the latest earlier place where the last n tokens stood, for the largest n ≤ `ngram` that stood
 * anywhere; at most `count` tokens, up to and including an end token. Empty when even the last token is new.
 */
export function lookUp(
  tokens: readonly number[],
  ngram: number,
  count: number,
  endTokens: readonly number[] = [],
): number[] {
  const length = tokens.length;
  for (let n = Math.min(ngram, length - 1); n > 0; n--) {
    for (let start = length - n - 1; start >= 0; start--) {
      let same = 0;
      while (same < n && tokens[start + same] === tokens[length - n + same]) same++;
      if (same < n) continue;
      const next = tokens.slice(start + n, start + n + Math.max(0, count));
      const end = next.findIndex((t) => endTokens.includes(t));
      return end < 0 ? next : next.slice(0, end + 1);
    }
  }
  return [];
}

/**
 * Prompt lookup: text often repeats itself, so the continuation of the last place like this one is proposed, and the
 * target checks it as in speculative sampling. A looked-up token is drawn by nothing (q is a point mass), so it is
 * accepted with probability p(token). Yang et al. 2023 (LLMA), https://arxiv.org/abs/2304.04487; the n-gram match
 * within the prompt is Saxena's (2023).
 */
export const promptLookup: Algorithm<{ tokens: number; ngram: number }> = {
  id: 'prompt_lookup',
  title: 'Prompt lookup',
  paper: {
    title: 'Inference with Reference: Lossless Acceleration of Large Language Models',
    url: 'https://arxiv.org/abs/2304.04487',
  },
  summary:
    'Proposes what followed last time the text looked like this, and checks it in one pass: the same distribution, faster where text repeats.',
  params: {
    tokens: numberField({
      label: 'Tokens ahead',
      help: 'How many looked-up tokens are checked in one pass.',
      default: 8,
      min: 1,
      max: 16,
      integer: true,
    }),
    ngram: numberField({
      label: 'Longest match',
      help: 'How many last tokens must have stood before; shorter matches are tried when the longest finds none.',
      default: 3,
      min: 1,
      max: 8,
      integer: true,
    }),
  },
  usesChain: true,
  preservesDistribution: true,
  run: (request, { tokens, ngram }) =>
    speculate(request, function* (): Generator<never, Drafter> {
      return {
        *propose(live, room) {
          return live.map((s) =>
            lookUp(s.tokens, ngram, Math.min(tokens, room(s)), request.endTokens).map((token) => ({ token, q: null })),
          );
        },
      };
    }),
};
