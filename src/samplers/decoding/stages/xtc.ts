import { numberField } from '../../../core/field.ts';
import { descending, ROUND, softmax } from '../draw.ts';
import type { Stage } from '../types.ts';

/**
 * Exclude top choices: with the given probability (keyed uniform of purpose `xtc` below it), of the tokens with P ≥
 * threshold all but the least likely are removed, of equal ones the last by index stays. With fewer than two such
 * tokens nothing happens; that a viable token remains is the point. No paper; defined by its author in the pull request
 * below.
 */
export const xtc: Stage<{ threshold: number; probability: number }> = {
  id: 'xtc',
  title: 'XTC (exclude top choices)',
  group: 'truncate',
  paper: { title: 'Exclude Top Choices (XTC)', url: 'https://github.com/oobabooga/textgen/pull/6335' },
  summary: 'Now and then removes the obvious choices and leaves the least obvious of them: a way round clichés.',
  params: {
    threshold: numberField({
      label: 'Threshold',
      help: 'Probability from which a token is an obvious choice.',
      default: 0.1,
      min: 0.01,
      max: 1,
      step: 0.01,
    }),
    probability: numberField({
      label: 'Chance',
      help: 'How often the choices are excluded; 1 is always.',
      default: 0.5,
      min: 0,
      max: 1,
      step: 0.05,
    }),
  },
  apply(logits, context, { threshold, probability }) {
    const out = logits.slice();
    if (context.uniform('xtc') >= probability) return out;
    const p = softmax(logits);
    const choices = descending(logits).filter((token) => p[token]! >= threshold - ROUND);
    for (const token of choices.subarray(0, -1)) out[token] = -Infinity;
    return out;
  },
  refuse: ({ threshold }) =>
    threshold > 0.5
      ? `Two tokens cannot both have probability ${threshold} or more, so nothing would ever be excluded: take a threshold of at most 0.5.`
      : null,
};
