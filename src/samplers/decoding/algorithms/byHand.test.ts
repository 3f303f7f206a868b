// Choices and proposals on models small enough for paper: ties, short states, impossible tokens, what is fed to whom.
import { describe, expect, test } from 'vitest';
import { judge } from '../speculation.ts';
import { randomModel, runSync, tinyRequest, type TableModel } from '../testing.ts';
import type { DecodeOp } from '../types.ts';
import { bestOfN, meanLogProbability, overlap, select } from './bestOfN.ts';
import { contrastive } from './contrastive.ts';
import { lookUp, promptLookup } from './promptLookup.ts';
import { speculative } from './speculative.ts';
import { collect, table } from './watching.ts';

describe('best of N by hand', () => {
  test('a mean over tokens, not their sum; nothing for an empty text', () => {
    const records = (...l: number[]) => l.map((logProbability) => ({ logProbability }));
    expect(meanLogProbability(records(-1, -2, -6))).toBe(-3);
    expect(meanLogProbability(records(-4))).toBe(-4);
    expect(meanLogProbability([])).toBe(0);
  });
  test('overlap counts tokens and pairs in order, each once', () => {
    expect(overlap([1, 2, 3], [1, 2])).toBe(3 / 5);
    expect(overlap([1, 2], [1, 2, 3])).toBe(3 / 5);
    expect(overlap([7, 7, 7], [7])).toBe(1 / 2);
    expect(overlap([1, 12], [11, 2])).toBe(0);
  });
  test('selection: the first of equals, no candidate twice, impossible ones last', () => {
    const of = (score: number, ...tokens: number[]) => ({ score, tokens });
    expect(select([of(-1, 1), of(-1, 2), of(-1, 3)], 3, 0)).toEqual([0, 1, 2]);
    expect(select([of(-Infinity, 1), of(-Infinity, 2)], 2, 0)).toEqual([0, 1]);
    expect(select([of(-2, 1), of(-1, 1), of(-1.4, 2)], 2, 0.5)).toEqual([1, 2]);
    expect(select([of(-1.3, 1), of(-1, 1), of(-1.9, 2)], 2, 0.5)).toEqual([1, 0]); // −1.8 against −1.9
    // The largest overlap with those taken counts: token 2 after 0 and 1 would be equal to 1.
    expect(select([of(0, 1), of(-0.1, 2), of(-0.2, 2), of(-0.9, 3)], 3, 1)).toEqual([0, 1, 3]);
    expect(select([of(0, 1)], 5, 1)).toEqual([0]);
  });
  test('a text that ended at once, and why each ended', () => {
    const model = table({ '*': [0, 1] });
    const run = runSync(bestOfN, tinyRequest({ vocab: 2, endTokens: [1] }), { target: model });
    expect(run.samples[0]).toMatchObject({ tokens: [1], why: 'end token', score: 0 });
    const none = runSync(bestOfN, tinyRequest({ vocab: 2, maxTokens: 0 }), { target: model });
    expect(none.samples[0]).toMatchObject({ tokens: [], why: 'length', score: null });
  });
});

describe('contrastive search by hand', () => {
  /** States by the last token; probabilities fall with the token. */
  const model = (states: readonly (readonly number[])[], p: readonly number[]): TableModel => ({
    vocab: p.length,
    logits: () => Float32Array.from(p, Math.log),
    hidden: (prefix) => Float32Array.from(states[prefix.at(-1)!]!),
  });
  const first = (states: readonly (readonly number[])[], p: readonly number[], k: number, alpha: number) =>
    runSync(contrastive, tinyRequest({ vocab: p.length, maxTokens: 1 }), { target: model(states, p) }, { k, alpha })
      .samples[0]!.tokens[0];
  test('states count by their direction, however short', () => {
    // Cosines with the prompt's state: 1 for token 0, 0 for token 1. Scores .4·.6 − .6 against .4·.4.
    expect(
      first(
        [
          [0.1, 0],
          [0, 0.02],
        ],
        [0.6, 0.4],
        2,
        0.6,
      ),
    ).toBe(1);
    // Lengths 0.1 and 0.02: as they stand the products are 0.01 and 0.002, and token 0 would win.
    expect(
      first(
        [
          [0.1, 0],
          [0.02, 0.001],
        ],
        [0.9, 0.1],
        2,
        0.3,
      ),
    ).toBe(0);
    expect(
      first(
        [
          [3, 0],
          [-9, 0],
        ],
        [0.9, 0.1],
        2,
        0.3,
      ),
    ).toBe(1); // .63 − .3 against .07 + .3
  });
  test('of equal scores the more probable token, and of equal tokens the first', () => {
    expect(
      first(
        [
          [1, 0],
          [1, 0],
          [1, 0],
        ],
        [0.4, 0.4, 0.2],
        3,
        0.5,
      ),
    ).toBe(0);
    expect(
      first(
        [
          [1, 0],
          [0, 1],
          [0, 1],
        ],
        [0.2, 0.4, 0.4],
        3,
        1,
      ),
    ).toBe(1);
  });
  test('an impossible token is no candidate, however new', () => {
    expect(
      first(
        [
          [1, 0],
          [1, 0],
          [-1, 0],
        ],
        [0.7, 0.3, 0],
        3,
        1,
      ),
    ).toBe(0);
    const run = runSync(
      contrastive,
      tinyRequest({ vocab: 3, maxTokens: 2 }),
      {
        target: model(
          [
            [1, 0],
            [1, 0],
            [-1, 0],
          ],
          [0.7, 0.3, 0],
        ),
      },
      { k: 3, alpha: 1 },
    );
    expect([run.mostOpen, run.fed.target]).toEqual([2, 1 + 2 + 2]);
  });
});

describe('proposals by hand', () => {
  test.each<[number[], number, number, number[], number[]]>([
    [[1, 4, 2, 4, 3, 1], 3, 4, [4], [4]], // an end token at once: it, and nothing after it
    [[1, 2, 4, 4, 3, 1], 3, 4, [4], [2, 4]],
    [[1, 2, 3, 1], 1, 9, [], [2, 3, 1]], // as far as the text goes
    [[1, 2, 3, 1], 1, 1, [], [2]],
    [[1, 2, 3, 1], 1, -2, [], []],
    [[9, 1, 2, 8, 1, 2], 2, 2, [], [8, 1]],
    [[1, 2, 1, 3, 1], 8, 1, [], [3]], // the latest place
    [[5, 5], 8, 3, [], [5]],
  ])('%j, n ≤ %i, %i tokens, ends %j: %j', (tokens, ngram, count, ends, want) =>
    expect(lookUp(tokens, ngram, count, ends)).toEqual(want),
  );

  test('a rejected proposal is replaced from what the draft, with fewer rows, leaves of the target', () => {
    const [p, q] = [Float64Array.of(0.2, 0.3, 0.5), Float64Array.of(0.9, 0.1)];
    // 0.9 · 0.9 is more than 0.2; (p − q)⁺ = 0, 0.2, 0.5: token 2 has 0.714 of it, of p only 0.5.
    expect(judge(p, { token: 0, q }, 0.9, 0.6)).toEqual({ token: 2, accepted: false });
    expect(judge(p, { token: 0, q }, 0.9, 0.72)).toEqual({ token: 1, accepted: false });
    expect(judge(p, { token: 0, q }, 0.2, 0.6)).toEqual({ token: 0, accepted: true }); // 0.18
    expect(judge(p, { token: 1, q: null }, 0.3, 0.72)).toEqual({ token: 0, accepted: false }); // 0.3 is not below 0.3
    expect(judge(p, { token: 1, q: null }, 0.3 - 2 ** -24, 0)).toEqual({ token: 1, accepted: true });
    // The same to rounding: nothing is left, and the target itself draws.
    expect(judge(p, { token: 0, q: Float64Array.of(0.2, 0.3, 0.5) }, 1, 0.6)).toEqual({ token: 1, accepted: false });
  });

  test('a draft that is the target and remembers like it is always right, and nothing is rolled back', () => {
    const model = randomModel({ vocab: 7, seed: 3 });
    const ops: DecodeOp[] = [];
    const request = tinyRequest({
      vocab: 7,
      maxTokens: 39,
      chain: [{ stage: 'mirostat_v2', params: { tau: 1, eta: 1 } }],
    });
    const run = runSync(collect(speculative, ops), request, { target: model, draft: model }, { tokens: 4 });
    expect([run.accepted, run.passes.target]).toEqual([run.proposed, 39 / 5 + 0.2]);
    expect(ops.filter((o) => o.op === 'rollback')).toEqual([]);
  });

  const [target, draft] = [randomModel({ vocab: 5, seed: 1 }), randomModel({ vocab: 5, seed: 2 })];
  test('an end token that is the prompt’s stops no proposal', () => {
    const request = tinyRequest({ vocab: 5, prompt: [1, 4], endTokens: [4], maxTokens: 4 });
    expect(runSync(speculative, request, { target, draft }, { tokens: 2 }).proposed).toBeGreaterThan(0);
    const repeated = { ...request, prompt: [4, 1, 4] };
    expect(runSync(promptLookup, repeated, { target }, { tokens: 2, ngram: 1 }).proposed).toBeGreaterThan(0);
  });
  test.each([1, 2, 3, 4, 5])(
    'a prompt of %i tokens reaches both models once, all but its last before the first pass',
    (n) => {
      const ops: DecodeOp[] = [];
      const prompt = [3, 1, 4, 1, 2].slice(0, n);
      const request = tinyRequest({ vocab: 5, prompt, maxTokens: 4, seed: 6 });
      const run = runSync(collect(speculative, ops), request, { target, draft }, { tokens: 2 });
      for (const model of ['target', 'draft'] as const) {
        const fed = ops.flatMap((o) => (o.op === 'forward' && o.model === model ? [o.rows[0]!.tokens] : []));
        if (n > 1) expect(fed.shift()).toEqual(prompt.slice(0, -1));
        expect(fed[0]![0]).toBe(prompt.at(-1));
      }
      const text = [...prompt, ...run.samples[0]!.tokens];
      // What each model holds at its end is the text, as far as it was fed.
      const held = { target: [] as number[], draft: [] as number[] };
      for (const o of ops) {
        if (o.op === 'forward') held[o.model].push(...o.rows[0]!.tokens);
        if (o.op === 'rollback') held[o.model].length = o.length;
        if (o.op === 'rollback') expect(held[o.model]).toEqual(text.slice(0, o.length));
      }
    },
  );
});
