// Beam search on models small enough for paper: ties, stops exactly at a bound, what is shown on the way.
import { describe, expect, test } from 'vitest';
import { runSync, tinyRequest, type TableModel } from '../testing.ts';
import type { DecodeOp, DecodeRequest } from '../types.ts';
import { beamScore } from '../beams.ts';
import { beam } from './beam.ts';
import { collect, table } from './watching.ts';

describe('beam search by hand', () => {
  type Params = Parameters<typeof beam.run>[1];
  const search = (model: TableModel, request: Partial<DecodeRequest>, params: Partial<Params>) =>
    runSync(
      beam,
      tinyRequest({ vocab: model.vocab, ...request }),
      { target: model },
      { beams: 1, length_penalty: 1, early: 'never', ...params },
    );

  test('equal texts: the earlier beam, then the smaller token, in the order of their end', () => {
    const flat = table({ '*': [0.25, 0.25, 0.25, 0.25] });
    const run = search(flat, { maxTokens: 2, samples: 3 }, { beams: 3 });
    expect(run.samples.map((s) => s.tokens)).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
  });

  test('a running beam is not worth more than the worst text when it is worth as much', () => {
    const even = table({ '*': [0.4, 0.4, 0.2] });
    // Token 0 ends: ln 0.4, and the best running text has the same score now, a better one at length 2.
    for (const [early, passes] of [
      ['heuristic', 1],
      ['yes', 1],
      ['never', 2],
    ] as const)
      expect(search(even, { maxTokens: 2, endTokens: [0] }, { early }).passes.target, early).toBe(passes);
    expect(search(even, { maxTokens: 2, endTokens: [0] }, { length_penalty: 0 }).passes.target).toBe(1);
  });

  test('"yes" stops where the heuristic goes on', () => {
    // Step 1: token 1 runs on (0.6), token 0 ends (0.4). Step 2: 0.42 runs on, 0.18 ends: two texts, "yes" stops. The
    // running ones have 0.42, 0.252 and only then 0.1512, less than 0.18.
    const model = table({ '*': [0.4, 0.6, 0], '1': [0.3, 0.7, 0] });
    const passes = (early: Params['early']) =>
      search(model, { maxTokens: 5, endTokens: [0] }, { beams: 2, early, length_penalty: 0 }).passes.target;
    expect([passes('yes'), passes('heuristic')]).toEqual([2, 4]);
  });

  // Never: the running text may reach length `most` = 3 whatever the prompt. Worst ln 0.6 = −0.511.
  test.each([
    [0.4, 2, 2], // ln 0.4 / 2 = −0.458 is better: on
    [0.4, 1, 1],
    [0.3, 2, 1], // ln 0.3 / 2 = −0.602 is not
    [0.3, 3, 2], // ln 0.3 / 3 = −0.401 is
  ])('"never" judges p = %f by the longest text of %i tokens, not by the prompt: %i passes', (p, maxTokens, passes) => {
    const model = table({ '*': [0.6, p, 0.4 - p], '1': [0.999, 0.0005, 0.0005] }, 4);
    const run = search(model, { maxTokens, endTokens: [0], prompt: [2, 2, 2, 2] }, {});
    expect(run.passes.target).toBe(passes);
    expect(run.samples[0]!.score).toBeCloseTo(Math.max(Math.log(0.6), passes > 1 ? Math.log(p * 0.999) / 2 : -9), 6);
  });

  test('where length costs (α < 0), "never" judges by the present length', () => {
    // Step 1: b 0.5 runs, end 0.3 counts. Step 2 after b: c 0.6 runs, end 0.4 counts: −1.2 and −3.2. c: −1.2 · 2 now.
    const model = table({ '*': [0.3, 0.5, 0.2], '1': [0.4, 0, 0.6], '12': [0.9, 0.1, 0], '2': [0.001, 0.001, 0.998] });
    const passes = (early: Params['early']) =>
      search(model, { maxTokens: 3, endTokens: [0] }, { beams: 2, early, length_penalty: -1 }).passes.target;
    expect([passes('heuristic'), passes('never'), passes('yes')]).toEqual([3, 3, 2]);
  });

  test('the best of several running beams decides, not the worst', () => {
    // Two beams, both end tokens counted at step 1 and 2; the best running one is still better than the worst.
    const model = table({
      '*': [0.3, 0.4, 0.3],
      '1': [0.45, 0.5, 0.05],
      '11': [0.95, 0.03, 0.02],
      '2': [0.02, 0.49, 0.49],
    });
    const run = search(
      model,
      { maxTokens: 3, endTokens: [0], samples: 2 },
      { beams: 2, early: 'heuristic', length_penalty: 0 },
    );
    expect(run.samples.map((s) => s.tokens)).toEqual([[0], [1, 1, 0]]);
    expect(run.passes.target).toBe(3);
  });

  test('as many extensions are looked at as beams could lose to ends, and no more', () => {
    // One beam, one stop string: two extensions. Both end: the first counts, the second does not, nothing runs.
    const stops = table({ '*': [0.1, 0.4, 0.3, 0.2] });
    const one = search(stops, { maxTokens: 3, stop: ['b', 'c'] }, {});
    expect([one.samples[0]!.tokens, one.passes.target]).toEqual([[1], 1]);
    // Two end tokens: three extensions, so that the third runs and wins by its length.
    const ends = table({ '*': [0.1, 0.4, 0.3, 0.2], '3': [0.05, 0.9, 0.05, 0] });
    const two = search(ends, { maxTokens: 3, endTokens: [1, 2] }, {});
    expect([two.samples[0]!.tokens, two.passes.target]).toEqual([[3, 1], 2]);
  });

  test('an end behind the first `beams` extensions does not count', () => {
    const model = table({ '*': [0.3, 0.4, 0.3], '1': [0.3, 0.7, 0] });
    // Rank 1 of one beam: the text goes on with token 1 instead, though ln 0.28 is less than ln 0.3.
    const one = search(model, { maxTokens: 2, endTokens: [0] }, { length_penalty: 0 });
    expect(one.samples[0]!.tokens).toEqual([1, 1]);
    // Rank 1 of two beams counts.
    const two = search(model, { maxTokens: 2, endTokens: [0], samples: 2 }, { beams: 2, length_penalty: 0 });
    expect(two.samples.map((s) => s.tokens)).toEqual([[0], [1, 1]]);
    // Ranks 1 and 2 end, with room for another beam: the second of them still does not count, so one text is done.
    const ends = table({ '*': [0.4, 0.3, 0.2, 0.1] });
    const early = search(ends, { maxTokens: 3, endTokens: [1, 2] }, { beams: 2, length_penalty: 0, early: 'yes' });
    expect(early.passes.target).toBeGreaterThan(1);
  });

  test('impossible tokens are no extensions', () => {
    const model = table({ '*': [0, 1, 0] });
    const run = search(model, { maxTokens: 2, samples: 2 }, { beams: 3 });
    expect(run.samples.map((s) => [s.tokens, s.why])).toEqual([
      [[1, 1], 'length'],
      [[], 'nothing left'],
    ]);
    expect(run.mostOpen).toBe(1);
  });

  test('of equal scores the text of the earlier beam stays first', () => {
    const model = table({ '*': [0.2, 0.4, 0.4], '1': [0.9, 0.05, 0.05], '2': [0.9, 0.05, 0.05] });
    const run = search(model, { maxTokens: 2, endTokens: [0], samples: 2 }, { beams: 2, length_penalty: 0 });
    expect(run.samples.map((s) => s.tokens)).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  test('what it shows on the way: the best so far, running or ended, scored by their present length', () => {
    const model = table({ '*': [0.3, 0.5, 0.2], '1': [0.1, 0.6, 0.3], '2': [0.4, 0.3, 0.3] }, 3);
    const ops: DecodeOp[] = [];
    const request = tinyRequest({ vocab: 3, prompt: [2, 2, 2], maxTokens: 3, samples: 2, endTokens: [0] });
    runSync(collect(beam, ops), request, { target: model }, { beams: 2, length_penalty: 1, early: 'never' });
    const shown = ops.filter((o) => o.op === 'replace').map((o) => [o.sample, o.tokens.join(''), o.score] as const);
    const score = (length: number, ...p: number[]) =>
      expect.closeTo(p.reduce((s, v) => s + Math.log(v), 0) / length, 6) as number;
    expect(shown).toEqual([
      [0, '1', score(1, 0.5)],
      [1, '0', score(1, 0.3)],
      [0, '11', score(2, 0.5, 0.6)],
      [1, '12', score(2, 0.5, 0.3)],
      [0, '111', score(3, 0.5, 0.6, 0.5)],
      [1, '110', score(3, 0.5, 0.6, 0.3)],
    ]);
    expect(beamScore(-3, 0, 1)).toBe(-3);
  });
});
