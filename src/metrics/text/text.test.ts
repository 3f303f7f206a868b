import { describe, expect, test } from 'vitest';
import { solves } from './countdown.ts';
import { judgeText, textMetricIds, textMetrics } from './index.ts';
import { passAtK, passCurve } from './passAtK.ts';
import { repeated } from './repetition.ts';
import { bleu } from './selfBleu.ts';

const of = (...texts: number[][]) => ({ samples: texts.map((tokens) => ({ tokens })) });

test('the registry names every metric by its own id, and each has a paper and a sentence', () => {
  for (const id of textMetricIds) {
    expect(textMetrics[id].id).toBe(id);
    expect(textMetrics[id].paper?.url).toMatch(/^https:/);
    expect(textMetrics[id].summary).toMatch(/\.$/);
  }
});

test('distinct-n counts over all samples together', () => {
  // 1 2 1 2 and 1 2 3: tokens {1, 2, 3} of 7; pairs {12, 21, 23} of 5; triples {121, 212, 123} of 3.
  const subject = of([1, 2, 1, 2], [1, 2, 3]);
  expect(judgeText(subject)).toMatchObject({ distinct_1: 3 / 7, distinct_2: 3 / 5, distinct_3: 1 });
  expect(textMetrics.distinct_3.compute(of([1, 2], []))).toBeNull();
  expect(textMetrics.distinct_2.compute(of([1, 12], [11, 2]))).toBe(1); // 1,12 is not 11,2
});

test('repetition is the share of runs of four seen before, a mean over samples', () => {
  expect(repeated([1, 2, 3, 4, 5])).toBe(0);
  expect(repeated([7, 7, 7, 7, 7, 7])).toBeCloseTo(2 / 3, 12); // three runs, one different
  expect(repeated([1, 2, 3, 4, 1, 2, 3, 4])).toBeCloseTo(1 / 5, 12); // 1234 2341 3412 4123 1234
  expect(textMetrics.repetition.compute(of([7, 7, 7, 7, 7, 7], [1, 2, 3, 4], [1]))).toBeCloseTo(1 / 3, 12);
  expect(textMetrics.repetition.compute(of([1, 2, 3]))).toBeNull();
});

describe('self-BLEU', () => {
  test('by hand', () => {
    // 1 2 3 4 5 against 1 2 3 4 6: precisions 4/5, 3/4, 2/3, 1/2, equal lengths.
    expect(bleu([1, 2, 3, 4, 5], [[1, 2, 3, 4, 6]])).toBeCloseTo(
      (((((((4 / 5) * 3) / 4) * 2) / 3) * 1) / 2) ** 0.25,
      12,
    );
    // Clipping: three 1s against one 1; no pair of 11 in the reference, so 0.1 of 2 and 0.1 of 1; reference longer by
    // one: exp(1 − 4/3).
    expect(bleu([1, 1, 1], [[1, 2, 3, 4]])).toBeCloseTo(
      (((((1 / 3) * 0.1) / 2) * 0.1) / 1) ** (1 / 3) * Math.exp(-1 / 3),
      12,
    );
    // Clipping takes the best single reference, and the nearest length (the shorter of two): of 3 and 7 around 5 it is
    // 3, so no penalty.
    expect(
      bleu(
        [1, 1, 2, 3, 4],
        [
          [1, 2, 3],
          [1, 1, 5, 6, 7, 8, 9],
        ],
      ),
    ).toBeCloseTo((((((((4 / 5) * 3) / 4) * 1) / 3) * 0.1) / 2) ** 0.25, 12);
    expect(bleu([], [[1]])).toBe(0);
    expect(() => bleu([1], [])).toThrow(RangeError);
  });
  test('equal samples 1, foreign ones near 0, one sample null', () => {
    expect(textMetrics.self_bleu.compute(of([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))).toBeCloseTo(1, 12);
    expect(textMetrics.self_bleu.compute(of([1, 2, 3, 4], [5, 6, 7, 8]))).toBeCloseTo(
      ((((((0.1 / 4) * 0.1) / 3) * 0.1) / 2) * 0.1) ** 0.25,
      12,
    );
    expect(textMetrics.self_bleu.compute(of([1, 2, 3]))).toBeNull();
  });
});

test('log-loss and bits weigh every token alike', () => {
  const samples = [
    { tokens: [1, 2], logProbabilities: [Math.log(0.5), Math.log(0.25)] },
    { tokens: [1], logProbabilities: [Math.log(0.125)] },
  ];
  expect(textMetrics.bits_per_token.compute({ samples })).toBeCloseTo(2, 12); // (1 + 2 + 3) / 3
  expect(textMetrics.log_loss.compute({ samples })).toBeCloseTo(2 * Math.LN2, 12);
  expect(textMetrics.log_loss.compute(of([1]))).toBeNull();
});

describe('Countdown', () => {
  const head = '3 5 7 8 = 41\n';
  test.each([
    ['with attempts before', head + '8*7=56 56-5=51 51+3=54 no\nanswer: 8*5=40 3*7=21 40+21=61', false],
    ['misses', head + 'answer: 7*5=35 35+3=38 38+8=46', false],
    ['right, three of four numbers', head + 'answer: 7*5=35 35+8=43 43-3=40', false],
    ['right', '3 5 7 8 = 46\nanswer: 7*5=35 35+3=38 38+8=46', true],
    ['right with an attempt before', '3 5 7 8 = 46\n8*7=56 56-5=51 51+3=54 no\nanswer: 7*5=35 35+3=38 38+8=46', true],
    ['right, one number unused', '3 5 7 8 = 43\nanswer: 7*5=35 35+8=43', true],
    ['division and minus', '12 4 1 10 = 12\nanswer: 12/4=3 10-1=9 3+9=12', true],
    ['a number twice', '3 5 7 8 = 25\nanswer: 5*5=25', false],
    ['a number that is given twice', '5 5 7 8 = 25\nanswer: 5*5=25', true],
    ['a number that is not there', '3 5 7 8 = 9\nanswer: 4+5=9', false],
    ['a used result', '3 5 7 8 = 16\nanswer: 3+5=8 8+8=16', true],
    ['a result used twice', '3 5 7 9 = 16\nanswer: 3+5=8 8+8=16', false],
    ['wrong sum', '3 5 7 8 = 9\nanswer: 3+5=9', false],
    ['inexact division', '3 5 7 8 = 2\nanswer: 8/3=2', false],
    ['negative', '3 5 7 8 = 2\nanswer: 3-5=2', false],
    ['zero', '5 5 7 = 0\nanswer: 5-5=0', false],
    ['no answer line', '3 5 7 8 = 8\n3+5=8', false],
    ['text after the answer', '3 5 7 8 = 8\nanswer: 3+5=8 ok', false],
    ['a line after the answer', '3 5 7 8 = 8\nanswer: 3+5=8\n', false],
    ['empty answer', '8 5 = 8\nanswer: ', false],
    ['a program', '3 5 7 8 = 8\nanswer: process.exit()', false],
    ['no head', 'answer: 3+5=8', false],
    ['empty', '', false],
    ['other digits', '٣ 5 = 8\nanswer: ٣+5=8', false],
  ])('%s', (_, text, right) => expect(solves(text)).toBe(right));

  test('the solved share', () => {
    const prompt = '3 5 7 8 = 46\n';
    const samples = [
      { tokens: [], text: 'answer: 7*5=35 35+3=38 38+8=46' },
      { tokens: [], text: 'answer: 7*5=35' },
    ];
    expect(textMetrics.solved.compute({ prompt, samples })).toBe(0.5);
    expect(textMetrics.solved.compute({ prompt: 'Once upon a time\n', samples })).toBeNull();
    expect(textMetrics.solved.compute({ prompt, samples: [] })).toBeNull();
  });
});

describe('pass@k', () => {
  test('by hand, and against every subset', () => {
    expect(passAtK(5, 1, 1)).toBeCloseTo(0.2, 12);
    expect(passAtK(4, 2, 2)).toBeCloseTo(5 / 6, 12); // of 6 pairs one holds no right one
    expect(passAtK(3, 0, 3)).toBe(0);
    expect(passAtK(3, 2, 2)).toBe(1);
    for (const [n, c, k] of [
      [7, 3, 2],
      [8, 2, 5],
      [6, 1, 6],
    ] as const) {
      let hits = 0;
      let all = 0;
      for (let set = 0; set < 1 << n; set++)
        if (set.toString(2).replaceAll('0', '').length === k) {
          all++;
          if (set & ((1 << c) - 1)) hits++;
        }
      expect(passAtK(n, c, k)).toBeCloseTo(hits / all, 12);
    }
    expect(passAtK(2000, 3, 1500)).toBeGreaterThan(0.98); // binomials would overflow
  });
  test('the curve is a mean over problems', () =>
    expect(passCurve(2, [0, 1, 2])).toEqual([0.5, expect.closeTo(2 / 3, 12)]));
  test.each([
    [5, 6, 1],
    [5, -1, 1],
    [5, 2, 0],
    [5, 2, 6],
    [5, 2, 1.5],
  ])('refuses n = %f, c = %f, k = %f', (n, c, k) => expect(() => passAtK(n, c, k)).toThrow(RangeError));
});
