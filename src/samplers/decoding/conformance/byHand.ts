/* eslint-disable max-lines -- a table of hand-made cases, shown in the page row by row */
import type { StageId } from '../stages.ts';

/** A case with four tokens that a reader can do by hand. The page shows it as a row of a table. */
export interface HandCase {
  readonly params: Readonly<Record<string, number | string | boolean>>;
  /** Probabilities that enter; their logarithms are the logits. */
  readonly p?: readonly number[];
  /** Or the logits themselves, where the zero of the model matters. */
  readonly logits?: readonly number[];
  readonly history?: readonly number[];
  readonly promptLength?: number;
  readonly endTokens?: readonly number[];
  /** The keyed uniform of the stage; 0 when not said. */
  readonly u?: number;
  /** What comes out, as weights: they are divided by their sum. */
  readonly expected: readonly number[];
  /** How one gets there. */
  readonly because: string;
}

const LN2 = Math.LN2;
const half = [0.5, 0.25, 0.125, 0.125];
const falling = [0.5, 0.3, 0.15, 0.05];
const flat = [0.25, 0.25, 0.25, 0.25];
const zipf1 = [12 / 25, 6 / 25, 4 / 25, 3 / 25];
/** Texts of the four tokens. */
export const TEXTS = ['a', '\n', 'b', 'c'] as const;
const window = { lastN: -1, prompt: true };
const dry = { multiplier: LN2, base: 2, allowed: 2, lastN: -1, breakers: '\\n,:' };

/** At least three a stage; adding a stage without cases fails a test. */
export const byHand: Readonly<Record<StageId, readonly HandCase[]>> = {
  temperature: [
    {
      params: { temperature: 0.5 },
      p: half,
      expected: [16, 4, 1, 1],
      because: 'T = ½ squares the probabilities: ¼, 1/16, 1/64, 1/64.',
    },
    {
      params: { temperature: 2 },
      p: [0.64, 0.16, 0.16, 0.04],
      expected: [4, 2, 2, 1],
      because: 'T = 2 takes square roots: 0.8, 0.4, 0.4, 0.2.',
    },
    {
      params: { temperature: 0.1 },
      p: [0.5, 0.5, 0, 0],
      expected: [1, 1, 0, 0],
      because: 'Equal tokens stay equal, removed ones removed.',
    },
  ],
  dynamic_temperature: [
    {
      params: { temperature: 0.35, range: 0.2, exponent: 1 },
      p: half,
      expected: [16, 4, 1, 1],
      because: 'H = 1.75 of 2 bits = 0.875: T = 0.15 + 0.4 · 0.875 = ½, which squares.',
    },
    {
      params: { temperature: 1.25, range: 1, exponent: 1 },
      p: half,
      expected: [2, Math.SQRT2, 1, 1],
      because: 'T = 0.25 + 2 · 0.875 = 2: square roots, here times √8.',
    },
    {
      params: { temperature: 1, range: 0.5, exponent: 1 },
      p: [0.5, 0.5, 0, 0],
      expected: [1, 1, 0, 0],
      because: 'Two equal tokens in play: H / ln 2 = 1, T = 1.5, still equal.',
    },
    {
      params: { temperature: 1.5, range: 1.5, exponent: 2 },
      p: [0, 1, 0, 0],
      expected: [0, 1, 0, 0],
      because: 'One token alone is left as it is.',
    },
  ],
  smoothing: [
    {
      params: { factor: 1 / LN2, curve: 1 },
      p: half,
      expected: [8, 4, 0.5, 0.5],
      because: 'Distances of 1 and 2 halvings become 1 and 4: 1, ½, 1/16, 1/16.',
    },
    {
      params: { factor: 1 / LN2 ** 2, curve: 3 },
      p: half,
      expected: [256, 128, 1, 1],
      because: 'The cubic: distances of 1 and 2 halvings become 1 and 8.',
    },
    {
      params: { factor: 2, curve: 1.5 },
      p: [0.5, 0.5, 0, 0],
      expected: [1, 1, 0, 0],
      because: 'Equal tokens stay equal, removed ones removed.',
    },
  ],
  top_k: [
    { params: { k: 2 }, p: half, expected: [2, 1, 0, 0], because: 'The two most likely, renormalised.' },
    {
      params: { k: 3 },
      p: half,
      expected: [4, 2, 1, 0],
      because: 'Tokens 2 and 3 tie for the third place: the smaller index has it.',
    },
    { params: { k: 2 }, p: [0.1, 0.4, 0.2, 0.3], expected: [0, 4, 0, 3], because: 'Likely, not first in the list.' },
    { params: { k: 10 }, p: falling, expected: falling, because: 'There are only four.' },
  ],
  top_p: [
    {
      params: { p: 0.8 },
      p: falling,
      expected: [5, 3, 0, 0],
      because: '0.5 + 0.3 reaches 0.8 exactly, which is enough.',
    },
    {
      params: { p: 0.81 },
      p: falling,
      expected: [50, 30, 15, 0],
      because: '0.8 is not enough: the token that crosses p is kept.',
    },
    {
      params: { p: 0.5 },
      p: falling,
      expected: [1, 0, 0, 0],
      because: 'One token has all the mass that is asked for.',
    },
    { params: { p: 0.5 }, p: flat, expected: [1, 1, 0, 0], because: 'Equal tokens go by index.' },
  ],
  min_p: [
    {
      params: { p: 0.5 },
      p: [0.5, 0.25, 0.2, 0.05],
      expected: [2, 1, 0, 0],
      because: 'The bar is half of 0.5: 0.25 is at it and stays.',
    },
    { params: { p: 0.4 }, p: [0.5, 0.25, 0.2, 0.05], expected: [50, 25, 20, 0], because: 'The bar is 0.2.' },
    {
      params: { p: 1 },
      p: [0.4, 0.1, 0.4, 0.1],
      expected: [1, 0, 1, 0],
      because: 'Only what ties with the most likely.',
    },
  ],
  top_a: [
    { params: { a: 0.8 }, p: falling, expected: [5, 3, 0, 0], because: 'The bar is 0.8 · 0.25 = 0.2.' },
    {
      params: { a: 0.5 },
      p: half,
      expected: [4, 2, 1, 1],
      because: 'The bar is 0.5 · 0.25 = 0.125: two are at it and stay.',
    },
    { params: { a: 0 }, p: falling, expected: falling, because: 'No bar.' },
  ],
  typical_p: [
    {
      params: { p: 0.25 },
      p: half,
      expected: [0, 1, 0, 0],
      because:
        'H = 1.75 bits; surprises 1, 2, 3, 3 are off by 0.75, 0.25, 1.25, 1.25: token 1 comes first and is enough.',
    },
    { params: { p: 0.5 }, p: half, expected: [2, 1, 0, 0], because: 'Token 1, then token 0: mass 0.75.' },
    {
      params: { p: 0.8 },
      p: half,
      expected: [4, 2, 1, 0],
      because: 'Then token 2, which ties with 3 and has the smaller index.',
    },
  ],
  epsilon_cutoff: [
    { params: { epsilon: 0.1 }, p: falling, expected: [50, 30, 15, 0], because: 'Only 0.05 is below 0.1.' },
    {
      params: { epsilon: 0.15 },
      p: falling,
      expected: [5, 3, 0, 0],
      because: 'P must be above ε: 0.15 at the bar goes.',
    },
    {
      params: { epsilon: 0.25 },
      p: flat,
      expected: [1, 0, 0, 0],
      because: 'None is above the bar: the first of the most likely stays.',
    },
  ],
  eta_cutoff: [
    {
      params: { epsilon: 0.25 },
      p: half,
      expected: [2, 1, 0, 0],
      because: 'η = min(0.25, 0.5 · 2^−1.75) = 0.149: 0.125 goes.',
    },
    {
      params: { epsilon: 0.16 },
      p: half,
      expected: half,
      because: 'η = min(0.16, 0.4 · 2^−1.75) = 0.119: 0.125 stays though it is below ε.',
    },
    {
      params: { epsilon: 0.25 },
      p: flat,
      expected: [1, 1, 1, 1],
      because: 'η = min(¼, ½ · ¼) = ⅛: a flat distribution keeps everything.',
    },
    { params: { epsilon: 1 }, p: flat, expected: [1, 0, 0, 0], because: 'η = min(1, ¼) = ¼, and P must be above it.' },
  ],
  top_n_sigma: [
    {
      params: { n: 1 },
      logits: [3 * LN2, LN2, LN2, -LN2],
      expected: [1, 0, 0, 0],
      because: 'In units of ln 2: mean 1, σ = √2, bar 3 − 1.41 = 1.59.',
    },
    { params: { n: 1.5 }, logits: [3 * LN2, LN2, LN2, -LN2], expected: [4, 1, 1, 0], because: 'Bar 3 − 2.12 = 0.88.' },
    {
      params: { n: 2 },
      logits: [2 * LN2, 0, 2 * LN2, 0],
      expected: [4, 1, 4, 1],
      because: 'σ = 1, bar 2 − 2 = 0: the zeros are at it and stay.',
    },
    {
      params: { n: 1 },
      p: [0.8, 0.2, 0, 0],
      expected: [1, 0, 0, 0],
      because: 'Removed tokens do not count in σ: of two logits it is half their distance.',
    },
  ],
  tail_free: [
    {
      params: { z: 0.4 },
      p: falling,
      expected: [5, 3, 0, 0],
      because: 'Second differences 0.05 and 0.05, shares ½ and ½: the first exceeds 0.4, its middle is token 1.',
    },
    {
      params: { z: 0.5 },
      p: falling,
      expected: [50, 30, 15, 0],
      because: '½ does not exceed 0.5, ½ + ½ does: its middle is token 2.',
    },
    {
      params: { z: 0.95 },
      p: [0.7, 0.1, 0.1, 0.1],
      expected: [7, 1, 0, 0],
      because: 'All curvature is at the first step: token 1 is its middle and the last one kept.',
    },
    { params: { z: 0.5 }, p: flat, expected: [1, 1, 1, 1], because: 'No curvature, no tail.' },
  ],
  top_h: [
    {
      params: { alpha: 0.5 },
      p: half,
      expected: [1, 0, 0, 0],
      because: 'Bound ½ · 1.75 = 0.875 bits; two tokens (⅔, ⅓) have 0.918.',
    },
    {
      params: { alpha: 0.6 },
      p: half,
      expected: [2, 1, 0, 0],
      because: 'Bound 1.05 bits; three tokens (4/7, 2/7, 1/7) have 1.379.',
    },
    { params: { alpha: 0.8 }, p: half, expected: [4, 2, 1, 0], because: 'Bound 1.4 bits.' },
    {
      params: { alpha: 0.5 },
      p: flat,
      expected: [1, 1, 0, 0],
      because: 'Bound 1 bit, and two equal tokens have exactly that.',
    },
  ],
  mirostat: [
    {
      params: { tau: 1, eta: 0.1 },
      p: zipf1,
      expected: [12, 6, 4, 0],
      because: 'p ∝ 1/i, so ŝ = 1 and k = 2^μ / ln 4 with μ = 2τ = 2: 4 / 1.386 = 2.9, rounded 3.',
    },
    {
      params: { tau: 0.5, eta: 0.1 },
      p: zipf1,
      expected: [1, 0, 0, 0],
      because: 'μ = 1: k = 2 / 1.386 = 1.4, rounded 1.',
    },
    {
      params: { tau: 1, eta: 0.1 },
      p: [144 / 205, 36 / 205, 16 / 205, 9 / 205],
      expected: [4, 1, 0, 0],
      because: 'p ∝ 1/i²: ε̂ = 1, k = √(4 / (1 − ¼)) = 2.3, rounded 2.',
    },
    {
      params: { tau: 0.5, eta: 0.1 },
      p: flat,
      expected: [1, 1, 0, 0],
      because: 'Flat: 2^μ = 2 equal tokens have a surprise of 1 bit.',
    },
  ],
  mirostat_v2: [
    {
      params: { tau: 1, eta: 0.1 },
      p: half,
      expected: [2, 1, 0, 0],
      because: 'μ = 2τ = 2 bits; surprises are 1, 2, 3, 3.',
    },
    { params: { tau: 1.5, eta: 0.1 }, p: half, expected: half, because: 'μ = 3 bits.' },
    {
      params: { tau: 0.25, eta: 0.1 },
      p: half,
      expected: [1, 0, 0, 0],
      because: 'Nothing is within 0.5 bits: the most likely stays.',
    },
  ],
  adaptive_p: [
    {
      params: { target: 0.25, decay: 0.9 },
      p: half,
      expected: [
        Math.exp(-(10 * (25 / 36)) / (1 + 5 / 6)),
        1,
        ...[0, 1].map(() => Math.exp(-(10 * (25 / 144)) / (1 + 5 / 12))),
      ],
      because: 'The aim is ¼: 0.5 is 5/6 of 0.3 off, 0.125 is 5/12 off; δ²/(1 + δ) times 10 is subtracted.',
    },
    {
      params: { target: 0.5, decay: 0 },
      p: [0.5, 0.5, 0, 0],
      expected: [1, 1, 0, 0],
      because: 'Equal tokens stay equal, removed ones removed.',
    },
    {
      params: { target: 1, decay: 0.9 },
      p: [0.7, 0.3, 0, 0],
      expected: [Math.exp(-10 / 2), Math.exp(-(10 * (7 / 3) ** 2) / (1 + 7 / 3)), 0, 0],
      because: 'The aim is 1: 0.7 is one width of 0.3 off, 0.3 is 7/3 of it.',
    },
  ],
  xtc: [
    {
      params: { threshold: 0.2, probability: 1 },
      p: [0.4, 0.3, 0.2, 0.1],
      expected: [0, 0, 2, 1],
      because: 'Three choices reach 0.2; the least likely of them stays.',
    },
    {
      params: { threshold: 0.25, probability: 1 },
      p: [0.4, 0.3, 0.2, 0.1],
      expected: [0, 3, 2, 1],
      because: 'Two choices: the first goes.',
    },
    {
      params: { threshold: 0.35, probability: 1 },
      p: [0.4, 0.3, 0.2, 0.1],
      expected: [4, 3, 2, 1],
      because: 'A single choice is left alone.',
    },
    {
      params: { threshold: 0.2, probability: 0.5 },
      p: [0.4, 0.3, 0.2, 0.1],
      u: 0.5,
      expected: [4, 3, 2, 1],
      because: 'u = 0.5 is not below the chance 0.5: nothing happens.',
    },
    {
      params: { threshold: 0.25, probability: 1 },
      p: flat,
      expected: [0, 0, 0, 1],
      because: 'All are choices; of equal ones the last stays.',
    },
  ],
  dry: [
    {
      params: dry,
      p: flat,
      history: [0, 2, 3, 0, 2],
      expected: [2, 2, 2, 1],
      because: '“0 2” was followed by 3 before: L = 2, penalty ln 2 · 2⁰ halves it.',
    },
    {
      params: dry,
      p: flat,
      history: [3, 0, 2, 3, 3, 0, 2],
      expected: [4, 4, 4, 1],
      because: '“3 0 2” has L = 3: ln 2 · 2¹ quarters token 3.',
    },
    {
      params: dry,
      p: flat,
      history: [2, 3, 0, 2],
      expected: [1, 1, 1, 1],
      because: 'Only “2” repeats: L = 1 is allowed.',
    },
    {
      params: dry,
      p: flat,
      history: [1, 2, 3, 1, 2],
      expected: [1, 1, 1, 1],
      because: 'Token 1 is a new line, a breaker: only “2” matches after it.',
    },
    {
      params: dry,
      p: flat,
      history: [2, 0, 1, 2, 0],
      expected: [1, 1, 1, 1],
      because: '“2 0” would go on with token 1, but a breaker is not penalised.',
    },
  ],
  repetition_penalty: [
    {
      params: { penalty: 2, ...window },
      logits: [2 * LN2, 0, 0, 0],
      history: [0],
      expected: [2, 1, 1, 1],
      because: 'The positive logit 2 ln 2 is halved.',
    },
    {
      params: { penalty: 2, ...window },
      p: half,
      history: [0, 0],
      expected: [2, 2, 1, 1],
      because: 'The negative logit ln ½ is doubled to ln ¼, once however often it occurs.',
    },
    {
      params: { penalty: 2, ...window, lastN: 1 },
      p: half,
      history: [0, 3],
      expected: [32, 16, 8, 1],
      because: 'Only the last token counts: ⅛ becomes 1/64.',
    },
    {
      params: { penalty: 2, ...window },
      logits: [0, 0, 0, 0],
      history: [0],
      expected: [1, 1, 1, 1],
      because: 'A logit of 0 cannot be moved by a factor.',
    },
  ],
  presence_penalty: [
    {
      params: { penalty: LN2, ...window },
      p: flat,
      history: [0, 0, 1],
      expected: [1, 1, 2, 2],
      because: 'Used tokens are halved once, however often they occur.',
    },
    {
      params: { penalty: LN2, ...window, prompt: false },
      p: flat,
      history: [0, 0, 1],
      promptLength: 2,
      expected: [2, 1, 2, 2],
      because: 'The prompt is not counted.',
    },
    {
      params: { penalty: -LN2, ...window, lastN: 1 },
      p: flat,
      history: [0, 1],
      expected: [1, 2, 1, 1],
      because: 'Negative encourages; only the last token counts.',
    },
  ],
  frequency_penalty: [
    {
      params: { penalty: LN2, ...window },
      p: flat,
      history: [0, 0, 1],
      expected: [1, 2, 4, 4],
      because: 'Halved for every use.',
    },
    {
      params: { penalty: LN2, ...window, lastN: 2 },
      p: flat,
      history: [0, 0, 1],
      expected: [1, 1, 2, 2],
      because: 'The last two tokens hold one of each.',
    },
    {
      params: { penalty: LN2, ...window, prompt: false },
      p: flat,
      history: [0, 1, 1],
      promptLength: 1,
      expected: [4, 1, 4, 4],
      because: 'The prompt is not counted.',
    },
  ],
  no_repeat_ngram: [
    { params: { n: 2 }, p: flat, history: [0, 1, 2, 0], expected: [1, 0, 1, 1], because: '“0 1” is there already.' },
    {
      params: { n: 3 },
      p: flat,
      history: [0, 1, 2, 0, 1],
      expected: [1, 1, 0, 1],
      because: '“0 1 2” is there already.',
    },
    {
      params: { n: 3 },
      p: flat,
      history: [0, 1, 2, 0],
      expected: [1, 1, 1, 1],
      because: '“2 0” was never there before.',
    },
    {
      params: { n: 1 },
      p: [0.1, 0.2, 0.3, 0.4],
      history: [0, 1, 2, 3],
      expected: [0, 0, 0, 1],
      because: 'All are forbidden: the most likely stays.',
    },
  ],
  logit_bias: [
    { params: { biases: '1:-inf' }, p: flat, expected: [1, 0, 1, 1], because: 'Forbidden.' },
    { params: { biases: '0:0.6931471805599453' }, p: flat, expected: [2, 1, 1, 1], because: 'ln 2 doubles.' },
    {
      params: { biases: '3:1.3862943611198906, 0:-0.6931471805599453' },
      p: half,
      expected: [2, 2, 1, 4],
      because: 'Token 3 times 4, token 0 halved: ¼, ¼, ⅛, ½.',
    },
    {
      params: { biases: '0:-inf,1:-inf,2:-inf,3:-inf' },
      p: half,
      expected: [1, 0, 0, 0],
      because: 'All are forbidden: the most likely stays.',
    },
  ],
  bad_words: [
    { params: { words: '1' }, p: flat, expected: [1, 0, 1, 1], because: 'A word of one token is never written.' },
    {
      params: { words: '0 2,3 1' },
      p: flat,
      history: [3, 0],
      expected: [1, 1, 0, 1],
      because: 'The text ends with 0, so that 2 would finish the first word; the second one is not begun.',
    },
    {
      params: { words: '3 0 1' },
      p: flat,
      history: [0],
      expected: [1, 1, 1, 1],
      because: 'The text is shorter than the beginning of the word.',
    },
    {
      params: { words: '0,1,2,3' },
      p: half,
      expected: [1, 0, 0, 0],
      because: 'All are forbidden: the most likely stays.',
    },
  ],
  ignore_eos: [
    {
      params: {},
      p: flat,
      history: [0, 0, 0],
      promptLength: 0,
      endTokens: [1, 3],
      expected: [1, 0, 1, 0],
      because: 'However much was written, tokens 1 and 3 would end the text.',
    },
    {
      params: {},
      p: half,
      endTokens: [0, 1, 2, 3],
      expected: [1, 0, 0, 0],
      because: 'All would end it: the most likely stays.',
    },
    { params: {}, p: half, expected: half, because: 'The model has no token that ends a text: nothing changes.' },
  ],
  min_new_tokens: [
    {
      params: { n: 2 },
      p: flat,
      history: [0, 0, 0],
      promptLength: 2,
      endTokens: [1, 3],
      expected: [1, 0, 1, 0],
      because: 'One token was written, two are wanted: tokens 1 and 3 would end the text.',
    },
    {
      params: { n: 1 },
      p: flat,
      history: [0, 0, 0],
      promptLength: 2,
      endTokens: [1, 3],
      expected: [1, 1, 1, 1],
      because: 'One is written: the text may end.',
    },
    {
      params: { n: 1 },
      p: [0, 0.4, 0, 0.6],
      endTokens: [1, 3],
      expected: [0, 0, 0, 1],
      because: 'Nothing else is left: the most likely stays.',
    },
  ],
  grammar: [
    {
      params: { kind: 'gbnf', text: 'root ::= "a" [bc]' },
      p: half,
      expected: [1, 0, 0, 0],
      because: 'A text must begin with a.',
    },
    {
      params: { kind: 'gbnf', text: 'root ::= "a" [bc]' },
      p: falling,
      history: [0],
      expected: [0, 0, 3, 1],
      because: 'After a come b and c, still as 3 to 1.',
    },
    {
      params: { kind: 'gbnf', text: 'root ::= "b" | "\\n" root' },
      p: falling,
      history: [2, 1],
      promptLength: 1,
      expected: [0, 2, 1, 0],
      because: 'The prompt’s b does not count; after a new line another one or b may come.',
    },
  ],
};
