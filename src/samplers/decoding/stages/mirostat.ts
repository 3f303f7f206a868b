import { numberField } from '../../../core/field.ts';
import { descending } from '../draw.ts';
import { keepOnly } from '../support.ts';
import type { Stage } from '../types.ts';

/** The most surprise, in bits, that the next token may have. */
export interface Mu {
  readonly mu: number;
}

export const mirostatParams = {
  tau: numberField({
    label: 'τ',
    help: 'Surprise to aim at, in bits a token: the logarithm of the perplexity.',
    default: 5,
    min: 0.1,
    max: 20,
    step: 0.1,
    unit: 'bits',
  }),
  eta: numberField({
    label: 'η',
    help: 'How fast the truncation follows the error.',
    default: 0.1,
    min: 0,
    max: 1,
    step: 0.01,
  }),
} as const;

/** Tokens the exponent is estimated from. */
const M = 100;

/**
 * Least-squares exponent ŝ of Zipf's law p_i ∝ i^−ŝ from the m most likely tokens: ŝ = Σ t_i b_i / Σ t_i² with t_i =
 * ln((i+1)/i) and b_i = ln(p_i / p_{i+1}), i = 1…m−1. Takes logits in falling order; 0 when there are fewer than two.
 */
export function zipfExponent(sorted: ArrayLike<number>, m = M): number {
  let tb = 0;
  let tt = 0;
  for (let i = 1; i < Math.min(m, sorted.length); i++) {
    const t = Math.log((i + 1) / i);
    tb += t * (sorted[i - 1]! - sorted[i]!);
    tt += t * t;
  }
  return tt > 0 ? tb / tt : 0;
}

/**
 * k = ((ε̂ · 2^μ) / (1 − N^−ε̂))^(1/ŝ) with ε̂ = ŝ − 1: the k whose top-k sampling of a Zipf distribution over N tokens
 * has surprise μ. At ŝ = 1 the limit 2^μ / ln N. A flat distribution (ŝ = 0) has no such law; there 2^μ equal tokens
 * have surprise μ.
 */
export function zipfK(s: number, mu: number, vocab: number): number {
  if (s <= 0) return 2 ** mu;
  const e = s - 1;
  const ratio = e === 0 ? 1 / Math.log(vocab) : e / -Math.expm1(-e * Math.log(vocab));
  return Math.exp((mu * Math.LN2 + Math.log(ratio)) / s);
}

/**
 * Mirostat: top-k with a k that keeps the surprise of the text at τ bits. Each step estimates Zipf's exponent
 * (`zipfExponent`), keeps the k (`zipfK`, to the nearest whole number, at least 1) most likely tokens, and after the
 * draw sets μ ← μ − η (S − τ), where S is the token's surprise under the distribution *before* the cut: the text's
 * perplexity is what is steered. μ starts at 2τ. Basu et al. 2021, https://arxiv.org/abs/2007.14966, and its authors'
 * program, which adds 1 to k. llama.cpp rounds k down and measures S after the cut.
 */
export const mirostat: Stage<{ tau: number; eta: number }, Mu> = {
  id: 'mirostat',
  title: 'Mirostat',
  group: 'adaptive',
  paper: {
    title: 'Mirostat: A Neural Text Decoding Algorithm that Directly Controls Perplexity',
    url: 'https://arxiv.org/abs/2007.14966',
  },
  summary: 'A thermostat for surprise: after dull tokens it lets more in, after wild ones fewer.',
  params: mirostatParams,
  start: ({ tau }) => ({ mu: 2 * tau }),
  apply(logits, _, __, { mu }) {
    const order = descending(logits);
    const s = zipfExponent(Float64Array.from(order.subarray(0, M), (token) => logits[token]!));
    const k = logits.length > 1 ? zipfK(s, mu, logits.length) : 1;
    return keepOnly(logits, order.subarray(0, Math.max(Math.round(Math.min(k, order.length)), 1)));
  },
  observe: ({ mu }, { entering }, { tau, eta }) => ({ mu: mu - eta * (entering - tau) }),
};
