import { describe, expect, test } from 'vitest';
import { randomModel, runSync, tinyRequest, type TableModel } from '../testing.ts';
import { sampling } from './sampling.ts';
import { follower, LAX, ngramCache, NgramTable, STRICT } from './ngramCache.ts';

const tableOf = (...texts: number[][]) => {
  const table = new NgramTable();
  for (const text of texts) for (let at = 1; at < text.length; at++) table.add(text, at);
  return table;
};

describe('what is proposed', () => {
  test('the clear follower of the longest n-gram that is clear enough', () => {
    // 1 2 was followed by 3 once; 2 by 3 once and by 4 three times.
    const table = tableOf([1, 2, 3], [0, 2, 4], [0, 2, 4], [5, 2, 4]);
    expect(follower([9, 1, 2], [table], 1, LAX)).toBe(4);
    // A pair must have stood twice, one of three tokens once.
    expect(follower([9, 1, 2], [table], 2, LAX)).toBe(4);
    expect(follower([7, 1, 2], [tableOf([7, 1, 2, 3])], 3, LAX)).toBe(3);
    expect(follower([7, 1, 2], [tableOf([7, 1, 2, 3])], 2, LAX)).toBeNull();
    expect(follower([6], [table], 4, LAX)).toBeNull();
  });
  test('shares: 66 % of the text’s own single tokens, 75 % of those of others', () => {
    const times = (n: number, token: number) => Array.from({ length: n }, () => [0, token]);
    expect(follower([0], [tableOf(...times(2, 1), ...times(1, 2))], 4, LAX)).toBe(1);
    expect(follower([0], [tableOf(...times(65, 1), ...times(35, 2))], 4, LAX)).toBeNull();
    expect(follower([0], [tableOf(...times(3, 1), ...times(1, 2))], 4, STRICT)).toBe(1);
    expect(follower([0], [tableOf(...times(3, 1))], 4, STRICT)).toBeNull();
    expect(follower([0], [tableOf(...times(74, 1), ...times(26, 2))], 4, STRICT)).toBeNull();
  });
  test('tables add up; of equals the one seen first', () => {
    const [a, b] = [tableOf([0, 1]), tableOf([0, 2], [0, 1])];
    expect(follower([0], [a, b], 1, LAX)).toBe(1);
    expect(follower([9, 9, 0], [tableOf([9, 9, 0, 4], [9, 9, 0, 3])], 3, LAX)).toBe(4);
  });
  test('a text that grows is counted once', () => {
    const table = new NgramTable();
    table.read([0, 1]);
    table.read([0, 1, 0, 1]);
    expect([...table.after([0])!]).toEqual([[1, 2]]);
    expect([...table.after([0, 1])!]).toEqual([[0, 1]]);
  });
});

/** Writes 0 1 2 3 over and over, with a rare slip. */
const loop: TableModel = {
  vocab: 4,
  logits: (prefix) => Float32Array.from({ length: 4 }, (_, t) => (t === (prefix.at(-1)! + 1) % 4 ? 4 : 0)),
};

test('text that repeats itself takes fewer passes, and what other texts wrote fewer still', () => {
  const request = tinyRequest({ vocab: 4, prompt: [0], maxTokens: 40, samples: 4 });
  const params = { tokens: 8, ngram: 4, dynamic: false };
  const alone = runSync(ngramCache, request, { target: loop }, params);
  const together = runSync(ngramCache, request, { target: loop }, { ...params, dynamic: true });
  const plain = runSync(sampling, request, { target: loop }, {});
  expect(plain.passes.target).toBe(40);
  expect(alone.passes.target).toBeLessThan(20);
  expect(together.fed.target).not.toBe(alone.fed.target);
  expect(alone.accepted / alone.proposed).toBeGreaterThan(0.6);
});

test('a proposal stops at an end token', () => {
  const ends = randomModel({ vocab: 4, seed: 5 });
  const request = tinyRequest({ vocab: 4, prompt: [1, 3, 1, 3, 1], maxTokens: 9, endTokens: [3], samples: 1 });
  const run = runSync(ngramCache, request, { target: ends }, { tokens: 8, ngram: 4, dynamic: true });
  expect(run.samples[0]!.tokens.slice(0, -1)).not.toContain(3);
  // 1 3 1 3 1 would go on 3 1 3 1 …: only the first 3 is asked about.
  expect(run.proposed).toBeLessThanOrEqual(run.passes.target);
});
