import { numberField } from '../../../core/field.ts';
import { softmax } from '../draw.ts';
import type { Stage } from '../types.ts';

/** Probabilities of the tokens so far, each weighted by decay^age, and the sum of the weights. */
export interface Average {
  readonly sum: number;
  readonly weight: number;
}
/** Published constants: the width of the favoured region, the logit at its middle, how steeply it falls. */
const [WIDTH, PEAK, SHARPNESS] = [0.3, 5, 10];

/**
 * Adaptive-p aims at a probability instead of cutting: l ← 5 − 10 · δ² / (1 + |δ|) with δ = (P − t̂) / 0.3, a parabola
 * near the aim t̂ and straight lines far from it. The aim is t̂ = 2t − m, clamped to [0, 1], where m is the average of
 * the probabilities (before this stage) of the tokens drawn so far, weighted by decay^age, as if it had been t before
 * the first: after likely tokens less likely ones are sought, and the other way round. A negative target leaves the
 * logits as they are. It belongs at the end of a chain, behind a cut such as min-p. After MrJackSpade's definition in
 * llama.cpp.
 */
export const adaptiveP: Stage<{ target: number; decay: number }, Average> = {
  id: 'adaptive_p',
  title: 'Adaptive-p',
  group: 'adaptive',
  paper: { title: 'llama.cpp: adaptive-p sampler', url: 'https://github.com/ggml-org/llama.cpp/pull/17927' },
  summary: 'Prefers tokens of about a probability of your choice, and makes up for likely ones with less likely ones.',
  params: {
    target: numberField({
      label: 'Target',
      help: 'Average probability to aim at; below 0 the stage does nothing.',
      default: 0.5,
      min: -1,
      max: 1,
      step: 0.05,
    }),
    decay: numberField({
      label: 'Decay',
      help: 'How much the average remembers from one token to the next.',
      default: 0.9,
      min: 0,
      max: 0.99,
      step: 0.01,
    }),
  },
  start: ({ target, decay }) => ({ sum: target / (1 - decay), weight: 1 / (1 - decay) }),
  apply(logits, _, { target }, { sum, weight }) {
    if (target < 0) return logits.slice();
    const aim = Math.min(Math.max(2 * target - sum / weight, 0), 1);
    const p = softmax(logits);
    return logits.map((l, token) => {
      const off = Math.abs(p[token]! - aim) / WIDTH;
      return l === -Infinity ? l : PEAK - (SHARPNESS * off * off) / (1 + off);
    });
  },
  observe: ({ sum, weight }, { entering }, { decay }) => ({
    sum: 2 ** -entering + decay * sum,
    weight: 1 + decay * weight,
  }),
  refuse: ({ target }) => (target < 0 ? 'A target below 0 does nothing: raise it, or remove the stage.' : null),
};
