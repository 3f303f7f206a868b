// Token stages and decoding.
import { source } from './fault.mjs';

export const decoding = [
  source(
    'samplers/decoding/stages/topK',
    'stage top_k',
    'one too many is kept',
    'subarray(0, Math.max(k, 1))',
    'subarray(0, Math.max(k, 1) + 1)',
  ),
  source(
    'samplers/decoding/stages/minP',
    'stage min_p',
    'against the sum instead of the largest',
    'logits[token]! >= bar',
    'logits[token]! > bar + 2 * ROUND',
  ),
  source(
    'samplers/decoding/stages/tailFree',
    'stage tail_free',
    'the cut is one place early',
    'subarray(0, cut + 2)',
    'subarray(0, cut + 1)',
  ),
  source(
    'samplers/decoding/stages/xtc',
    'stage xtc',
    'the least likely choice is excluded too',
    'choices.subarray(0, -1)',
    'choices',
  ),
  source(
    'samplers/decoding/stages/mirostatV2',
    'memory of mirostat',
    'the memory follows the surprise the wrong way',
    'mu: mu - eta * (surprise - tau)',
    'mu: mu + eta * (surprise - tau)',
  ),
  source(
    'samplers/decoding/speculation',
    'speculative',
    'rejected drafts are drawn again from the target itself',
    'Math.max(0, v - proposed(t))',
    'Math.max(0, v)',
  ),
  source(
    'samplers/decoding/draw',
    'stage,token draw',
    'equal values by larger index',
    'found.sort((a, b) => values[b]! - values[a]! || a - b)',
    'found.sort((a, b) => values[b]! - values[a]! || b - a)',
  ),
  source(
    'math/reference/draw',
    'topk',
    'top-k of the reference drops one',
    'Math.min(k, weights.length)',
    'Math.min(k, weights.length) - 1',
  ),
];
