// What a text metric says of too little: no sample, an empty one, fewer tokens than n, one sample; and the exact shape
// of what Countdown reads.
import { describe, expect, test } from 'vitest';
import { solves } from './countdown.ts';
import { judgeText, textMetricIds, textMetrics, type TextMetricId } from './index.ts';
import { ngrams } from './ngrams.ts';
import { passAtK, passCurve } from './passAtK.ts';
import { repeated } from './repetition.ts';
import { bleu } from './selfBleu.ts';
import type { TextMetric } from './types.ts';

const of = (...texts: number[][]) => ({ samples: texts.map((tokens) => ({ tokens })) });

const facts: Readonly<Record<TextMetricId, readonly [TextMetric['better'], string]>> = {
  log_loss: ['lower', 'nats / token'],
  bits_per_token: ['lower', 'bits / token'],
  distinct_1: ['higher', ''],
  distinct_2: ['higher', ''],
  distinct_3: ['higher', ''],
  repetition: ['lower', ''],
  self_bleu: ['lower', ''],
  solved: ['higher', ''],
};
test('which way is better and in what unit, of every metric in the order of the menu', () => {
  expect(Object.keys(facts)).toEqual(textMetricIds);
  for (const id of textMetricIds) expect([textMetrics[id].better, textMetrics[id].unit], id).toEqual(facts[id]);
  expect(textMetrics.distinct_1.summary).toContain('different tokens');
  expect(textMetrics.distinct_2.summary).toContain('runs of 2 tokens');
  expect(textMetrics.distinct_3.summary).toContain('runs of 3 tokens');
});

describe('too little text', () => {
  test.each<[string, number[][], Partial<Record<TextMetricId, number>>]>([
    ['no sample', [], {}],
    ['one empty text', [[]], {}],
    ['two empty texts', [[], []], { self_bleu: 0 }],
    ['one token', [[7]], { distinct_1: 1 }],
    ['two tokens', [[7, 7]], { distinct_1: 1 / 2, distinct_2: 1 }],
    ['three tokens', [[7, 7, 7]], { distinct_1: 1 / 3, distinct_2: 1 / 2, distinct_3: 1 }],
    ['four tokens', [[7, 7, 7, 7]], { distinct_1: 1 / 4, distinct_2: 1 / 3, distinct_3: 1 / 2, repetition: 0 }],
    ['five tokens', [[7, 7, 7, 7, 7]], { distinct_1: 1 / 5, distinct_2: 1 / 4, distinct_3: 1 / 3, repetition: 1 / 2 }],
    // An n-gram longer than a text takes nothing off the total of the others.
    ['a long and a short text', [[1, 2, 3, 4], [9]], { distinct_1: 1, distinct_2: 1, distinct_3: 1, repetition: 0 }],
    ['a text and an empty one', [[1, 1], []], { distinct_1: 1 / 2, distinct_2: 1 }],
  ])('%s', (_, texts, want) => {
    const { self_bleu: _bleu, ...got } = judgeText(of(...texts));
    const { self_bleu, ...rest } = want;
    expect(got).toEqual(rest);
    if (self_bleu !== undefined) expect(_bleu).toBe(self_bleu);
    else if (texts.length < 2) expect(_bleu).toBeUndefined();
  });

  test('only the metrics that were asked for', () =>
    expect(judgeText(of([1, 2], [1, 2]), ['distinct_2', 'solved'])).toEqual({ distinct_2: 1 / 2 }));

  test('runs: none longer than the text, and their number', () => {
    expect([...ngrams([1, 2], 3)]).toEqual([]);
    expect([...ngrams([1, 2, 1], 3)]).toEqual([['1,2,1', 1]]);
    expect([...ngrams([1, 2, 1, 2], 2)]).toEqual([
      ['1,2', 2],
      ['2,1', 1],
    ]);
    expect([repeated([1, 2, 3]), repeated([1, 2, 3, 4]), repeated([1, 1, 1], 2)]).toEqual([null, 0, 0.5]);
  });

  test('log-loss: empty samples count nothing, a sample without probabilities neither', () => {
    const samples = [
      { tokens: [1, 2], logProbabilities: [-1, -2] },
      { tokens: [], logProbabilities: [] },
      { tokens: [1] },
    ];
    expect(judgeText({ samples }, ['log_loss', 'bits_per_token'])).toEqual({
      log_loss: 1.5,
      bits_per_token: expect.closeTo(1.5 / Math.LN2, 14),
    });
    expect(textMetrics.log_loss.compute({ samples: [{ tokens: [1], logProbabilities: [-3] }] })).toBe(3);
    expect(judgeText({ samples: [samples[1]!] }, ['log_loss', 'bits_per_token'])).toEqual({});
    expect(textMetrics.bits_per_token.compute({ samples: [] })).toBeNull();
  });

  test('BLEU of texts shorter than four tokens', () => {
    expect(bleu([1], [[1]])).toBeCloseTo(1, 15);
    expect(bleu([1, 2], [[1, 2]])).toBeCloseTo(1, 15);
    expect(bleu([1, 2, 3], [[1, 2, 3]])).toBeCloseTo(1, 15);
    expect(bleu([1, 2], [[2, 1]])).toBeCloseTo(Math.sqrt(0.1), 15); // both tokens, no pair
    expect(bleu([1], [[]])).toBeCloseTo(0.1, 15);
    expect(textMetrics.self_bleu.compute(of([1], []))).toBeCloseTo(0.1 / 2, 15); // (0.1 + 0) / 2
  });

  // The brevity penalty exp(1 − r/c) by hand, with every token found: r is the reference nearest in length.
  test.each<[string, number[], number[][], number]>([
    ['of a longer and a shorter as near, the shorter', [5, 5], [[5, 5, 5], [5]], 1],
    ['in the other order too', [5, 5], [[5], [5, 5, 5]], 1],
    ['the nearest, though the first is shorter', [5, 5, 5, 5], [[5], [5, 5, 5, 5, 5]], Math.exp(1 - 5 / 4)],
    ['the nearest, though the last is shorter', [5, 5, 5, 5], [[5, 5, 5, 5, 5], [5]], Math.exp(1 - 5 / 4)],
    [
      'the nearest in the middle',
      [5, 5, 5, 5],
      [[5, 5, 5, 5, 5, 5, 5, 5], [5, 5, 5, 5, 5, 5], [5]],
      Math.exp(1 - 6 / 4),
    ],
    [
      'the nearest first',
      [5, 5, 5, 5],
      [
        [5, 5, 5, 5, 5],
        [5, 5, 5, 5, 5, 5, 5],
      ],
      Math.exp(1 - 5 / 4),
    ],
    ['none for a longer text', [5, 5, 5, 5], [[5, 5, 5]], 1],
  ])('brevity: %s', (_, text, references, penalty) => {
    // Clipped precisions of a text of equal tokens: the longest reference has so many of each order.
    const longest = Math.max(...references.map((r) => r.length));
    let product = 1;
    for (let n = 1; n <= text.length; n++) {
      const all = text.length - n + 1;
      product *= Math.max(Math.min(all, longest - n + 1), 0) / all || 0.1 / all;
    }
    expect(bleu(text, references)).toBeCloseTo(product ** (1 / text.length) * penalty, 14);
  });
});

describe('what Countdown reads', () => {
  test.each<[string, string, boolean]>([
    ['division by nothing', '8 0 = 8\nanswer: 8/0=8', false],
    ['division of nothing', '0 8 = 1\nanswer: 0/8=1', false],
    ['exact division', '8 4 = 2\nanswer: 8/4=2', true],
    ['division by one', '8 1 = 8\nanswer: 8/1=8', true],
    ['inexact division, written down', '9 4 = 2\nanswer: 9/4=2', false],
    ['a difference of nothing', '4 4 = 0\nanswer: 4-4=0', false],
    ['a step of six digits', '999999 1 = 999998\nanswer: 999999-1=999998', true],
    ['a first number of seven digits', '1000000 1 = 999999\nanswer: 1000000-1=999999', false],
    ['a second number of six digits', '999999 100000 = 899999\nanswer: 999999-100000=899999', true],
    ['a second number of seven digits', '1 1000000 = 1\nanswer: 1/1000000=1', false],
    ['a second number of seven digits, zero in front', '3 1 = 4\nanswer: 3+0000001=4', false],
    ['a result of seven digits', '999999 1 = 1000000\nanswer: 999999+1=1000000', false],
    ['something before the head', 'x 3 5 = 8\nanswer: 3+5=8', false],
    ['something after the head', '3 5 = 8 \nanswer: 3+5=8', false],
    ['a letter after the head', '3 5 = 8x\nanswer: 3+5=8', false],
    ['two spaces in the head', '3  5 = 8\nanswer: 3+5=8', false],
    ['a head that begins with a space', ' 3 5 = 8\nanswer: 3+5=8', false],
    ['a head without numbers', ' = 8\nanswer: 3+5=8', false],
    ['a head without a target', '3 5 = \nanswer: 3+5=8', false],
    ['a step with something before', '3 5 = 8\nanswer: x3+5=8', false],
    ['a step with something after', '3 5 = 8\nanswer: 3+5=8x', false],
    ['a step that gives something else', '3 5 8 = 9\nanswer: 3+5=9', false],
    ['a wrong step before a right end', '3 5 1 = 8\nanswer: 3-5=8 8*1=8', false],
    ['a wrong result that the next step takes', '3 5 1 = 9\nanswer: 3+5=9 9*1=9', false],
    ['no line break', '3 5 = 8', false],
    ['the answer in the line of the head', 'answer: 3+5=8', false],
    ['the head after a line break', '\n3 5 = 8\nanswer: 3+5=8', false],
    ['an answer that is called otherwise', '3 5 = 8\nAnswers 3+5=8', false],
    ['an answer of the same length without its word', '3 5 = 8\nresult: 3+5=8', false],
    ['the second number only', '3 5 = 8\nanswer: 5+3=8', true],
    ['the same number from both sides', '4 2 4 = 8\nanswer: 4+4=8', true],
    ['one number with nothing to do', '8 = 8\nanswer: 8', false],
  ])('%s', (_, text, right) => expect(solves(text)).toBe(right));

  test('a share of the samples; null for one without its text, and the head is the first line of the prompt', () => {
    const [right, wrong] = [
      { tokens: [], text: 'answer: 3+5=8' },
      { tokens: [], text: 'answer: 3+5=9' },
    ];
    const of = (prompt: string, ...samples: { tokens: number[]; text?: string }[]) =>
      textMetrics.solved.compute({ prompt, samples });
    expect(of('3 5 = 8\n', right, wrong, wrong)).toBeCloseTo(1 / 3, 15);
    expect(of('3 5 = 8\n', right, { tokens: [] })).toBeNull();
    expect(of('3 5 = 8\n', { tokens: [] })).toBeNull();
    expect(of('3 5 = 8\n3*5=15 no\n', right)).toBe(1);
    expect(of('Hello\n3 5 = 8\n', right)).toBeNull();
    expect(of('8 = 8\n', right)).toBe(0); // one number is a head, though nothing can be done with it
    expect(of('3 5 = \n', right)).toBeNull();
    expect(textMetrics.solved.compute({ samples: [right] })).toBeNull();
  });
});

describe('pass@k at its ends', () => {
  test.each([
    [1, 0, 1, 0],
    [1, 1, 1, 1],
    [4, 1, 3, 3 / 4],
    [4, 1, 4, 1],
    [4, 2, 3, 1], // n − c < k: three of four hold one of two
    [4, 2, 2, 5 / 6],
    [5, 3, 2, 9 / 10],
  ])('n = %i, c = %i, k = %i', (n, c, k, want) => expect(passAtK(n, c, k)).toBeCloseTo(want, 14));
  test('exactly 1 where no k-subset misses, exactly 0 where nothing is right', () => {
    expect(passAtK(97, 50, 48)).toBe(1);
    expect(passAtK(97, 0, 48)).toBe(0);
    expect(passCurve(3, [])).toEqual([]);
    expect(passCurve(1, [1, 0, 0, 0])).toEqual([0.25]);
  });
  test.each([
    [1.5, 1, 1],
    [5, 1.5, 1],
    [5, 0, 0],
  ])('refuses n = %f, c = %f, k = %f', (n, c, k) => expect(() => passAtK(n, c, k)).toThrow(RangeError));
});
