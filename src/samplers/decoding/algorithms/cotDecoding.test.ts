import { describe, expect, test } from 'vitest';
import { runSync, tinyRequest } from '../testing.ts';
import { answerIn, confidence, cotDecoding, ranked } from './cotDecoding.ts';
import { greedy } from './greedy.ts';
import { table } from './watching.ts';

describe('the answer of a text', () => {
  test.each([
    ['2 and 3 make 5.', 'number', '5'],
    ['It costs -1,250.5 dollars', 'number', '-1,250.5'],
    ['none at all', 'number', 'none at all'],
    ['first\nthe last line\n', 'line', 'the last line'],
    ['one line', 'line', 'one line'],
    ['\n', 'line', '\n'],
    ['7 apples', 'text', '7 apples'],
    ['', 'number', ''],
  ] as const)('%j by %s', (text, how, want) => expect(text.slice(...answerIn(text, how))).toBe(want));

  test('Δ is the mean lead over the tokens that write it, the one that it begins in included', () => {
    const pieces = ['It', ' is 1', '2', '.'];
    const decode = (tokens: readonly number[]) => tokens.map((t) => pieces[t]).join('');
    const text = { tokens: [0, 1, 2, 3], margins: [0.9, 0.5, 0.1, 0.8] };
    expect(confidence(text, decode, 'number')).toEqual({ answer: '12', delta: 0.3 });
    expect(confidence(text, decode, 'text').delta).toBeCloseTo(2.3 / 4, 12);
    expect(confidence({ tokens: [], margins: [] }, decode, 'number')).toEqual({ answer: '', delta: 0 });
  });
  test('equal answers add up, or not', () => {
    const found = [
      { answer: '5', delta: 0.6 },
      { answer: '7', delta: 0.4 },
      { answer: '7', delta: 0.5 },
    ];
    expect(ranked(found, false).map((r) => r.branch)).toEqual([0, 2, 1]);
    expect(ranked(found, true)).toEqual([
      { branch: 2, score: 0.9 },
      { branch: 1, score: 0.9 },
      { branch: 0, score: 0.6 },
    ]);
  });
});

// After a the text goes on unsurely, after b surely: what greedy decoding never sees.
const model = table({ '*': [0.34, 0.33, 0.33], '': [0.6, 0.35, 0.05], 1: [0.02, 0.03, 0.95], 12: [0.01, 0.01, 0.98] });

test('branches at the first token, goes on greedily, keeps the surest; one branch is greedy decoding', () => {
  const request = tinyRequest({ vocab: 3, maxTokens: 3 });
  const params = { k: 3, answer: 'text', aggregate: false } as const;
  const run = runSync(cotDecoding, request, { target: model }, params);
  expect(run.samples[0]!.tokens).toEqual([1, 2, 2]);
  // 0.6 − 0.35 at the first place, 0.95 − 0.03 and 0.98 − 0.01 after it.
  expect(run.samples[0]!.score).toBeCloseTo((0.25 + 0.92 + 0.97) / 3, 6);
  expect([run.passes.target, run.fed.target]).toEqual([3, 1 + 3 + 3]);
  const one = runSync(cotDecoding, request, { target: model }, { ...params, k: 1 }).samples[0]!;
  const plain = runSync(greedy, request, { target: model }).samples[0]!;
  expect([one.tokens, one.records]).toEqual([plain.tokens, plain.records]);
  expect(runSync(cotDecoding, { ...request, samples: 2 }, { target: model }, params).samples[1]!.tokens[0]).not.toBe(1);
});

test('stages apply before the branches are chosen; a stage that allows fewer leaves fewer', () => {
  const chain = [{ stage: 'bad_words', params: { words: '1,2' } }];
  const request = tinyRequest({ vocab: 3, maxTokens: 2, samples: 2, chain });
  const run = runSync(cotDecoding, request, { target: model }, { k: 3, answer: 'text', aggregate: true });
  expect(run.samples.map((s) => [s.tokens, s.why])).toEqual([
    [[0, 0], 'length'],
    [[], 'nothing left'],
  ]);
});
