import { expect, test } from 'vitest';
import { randomModel, runSync, tinyRequest } from '../testing.ts';
import { bestOfN, meanLogProbability, overlap, select } from './bestOfN.ts';
import { sampling } from './sampling.ts';

const vocab = 5;
const models = { target: randomModel({ vocab, seed: 4 }) };
const request = tinyRequest({ vocab, maxTokens: 6, samples: 3, endTokens: [4] });

test('overlap by hand', () => {
  expect(overlap([1, 2, 3], [1, 2, 3])).toBe(1);
  expect(overlap([1, 2], [3, 4])).toBe(0);
  expect(overlap([1, 2, 3], [1, 2, 4])).toBe(3 / 7); // 1 2 12 of 1 2 3 4 12 23 24
  expect(overlap([1, 2], [2, 1])).toBe(2 / 4); // 1 2 of 1 2 12 21
  expect(overlap([], [])).toBe(1);
  expect(overlap([], [1])).toBe(0);
});

test('selection by hand', () => {
  const candidates = [
    { tokens: [1, 2, 3], score: -1 },
    { tokens: [1, 2, 3], score: -1.1 },
    { tokens: [4, 5], score: -1.4 },
    { tokens: [1, 2, 4], score: -1.2 },
  ];
  expect(select(candidates, 4, 0)).toEqual([0, 1, 3, 2]);
  expect(select(candidates, 3, 0.5)).toEqual([0, 2, 3]); // second: −1.6, −1.4, −1.2 − 3/14 = −1.414; third: −1.6, −1.414
  expect(select(candidates, 9, 0.5)).toHaveLength(4);
});

test('the candidates are those of sampling; the first kept is the likeliest', () => {
  const drawn = runSync(sampling, { ...request, samples: 12 }, models).samples;
  const ranked = drawn.map((s) => ({ tokens: s.tokens, score: meanLogProbability(s.records) }));
  for (const penalty of [0, 0.5, 5]) {
    const kept = runSync(bestOfN, request, models, { candidates: 12, penalty }).samples;
    const expected = select(ranked, 3, penalty);
    kept.forEach((s, i) => {
      expect(s.tokens).toEqual(drawn[expected[i]!]!.tokens);
      expect([s.records, s.why]).toEqual([drawn[expected[i]!]!.records, drawn[expected[i]!]!.why]);
      expect(s.score).toBe(ranked[expected[i]!]!.score);
    });
    expect(kept[0]!.score).toBe(Math.max(...ranked.map((r) => r.score)));
  }
});

test('refuses to keep more than it draws', () =>
  expect(bestOfN.refuse!({ samples: 9, maxTokens: 3, chain: [] }, { candidates: 8, penalty: 0 })).toMatch(
    /at least 9/,
  ));
