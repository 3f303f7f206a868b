import { describe, expect, test } from 'vitest';
import { endOf } from '../common.ts';
import { logSoftmax } from '../draw.ts';
import { randomModel, runSync, tinyRequest, type TableModel } from '../testing.ts';
import type { DecodeRequest } from '../types.ts';
import { beamScore } from '../beams.ts';
import { beam } from './beam.ts';
import { greedy } from './greedy.ts';

const vocab = 3;
/** Every complete text with its score, best first. */
function exhaustive(request: DecodeRequest, model: TableModel, alpha: number): { tokens: number[]; score: number }[] {
  const all: { tokens: number[]; score: number }[] = [];
  const walk = (tokens: number[], sum: number): void => {
    if (endOf(request, tokens)) {
      all.push({
        tokens: tokens.slice(request.prompt.length),
        score: sum / (tokens.length - request.prompt.length) ** alpha,
      });
      return;
    }
    logSoftmax(model.logits(tokens)).forEach((l, t) => walk([...tokens, t], sum + l));
  };
  walk([...request.prompt], 0);
  return all.sort((a, b) => b.score - a.score);
}

describe('beam search', () => {
  test.each([
    [0, []],
    [1, []],
    [0, [2]],
    [1, [2]],
    [2.5, [2]],
    [-1, [2]],
    [1, [1, 2]],
  ])('as many beams as beginnings find the best texts of all: α = %f, end tokens %j', (alpha, endTokens) => {
    for (let seed = 0; seed < 12; seed++) {
      const model = randomModel({ vocab, seed, spread: 3 });
      const request = tinyRequest({ vocab, maxTokens: 4, samples: 3, endTokens, prompt: [seed % vocab] });
      const run = runSync(beam, request, { target: model }, { beams: 81, length_penalty: alpha, early: 'never' });
      const best = exhaustive(request, model, alpha);
      run.samples.forEach((s, i) => {
        expect(s.tokens).toEqual(best[i]!.tokens);
        expect(s.score).toBeCloseTo(best[i]!.score, 9);
        expect(s.score).toBeCloseTo(
          beamScore(
            s.records.reduce((sum, r) => sum + r.logProbability, 0),
            s.tokens.length,
            alpha,
          ),
          9,
        );
      });
    }
  });

  test('teeth: two beams miss the best text somewhere, and never beat it', () => {
    let missed = 0;
    for (let seed = 0; seed < 30; seed++) {
      const model = randomModel({ vocab, seed, spread: 3 });
      const request = tinyRequest({ vocab, maxTokens: 4 });
      const best = exhaustive(request, model, 1)[0]!.score;
      const score = runSync(beam, request, { target: model }, { beams: 2, length_penalty: 1, early: 'never' })
        .samples[0]!.score!;
      expect(score).toBeLessThan(best + 1e-9);
      if (score < best - 1e-6) missed++;
    }
    expect(missed).toBeGreaterThan(0);
  });

  test('one beam is greedy decoding', () => {
    for (let seed = 0; seed < 10; seed++) {
      const models = { target: randomModel({ vocab: 9, seed }) };
      const request = tinyRequest({ vocab: 9, maxTokens: 8 });
      expect(
        runSync(beam, request, models, { beams: 1, length_penalty: 1, early: 'never' }).samples[0]!.tokens,
      ).toEqual(runSync(greedy, request, models).samples[0]!.tokens);
    }
  });

  test('an earlier stop takes no more passes; never more sequences than beams', () => {
    let saved = 0;
    for (let seed = 0; seed < 30; seed++) {
      const models = { target: randomModel({ vocab: 6, seed, spread: 3 }) };
      const request = tinyRequest({ vocab: 6, maxTokens: 10, endTokens: [5, 4], samples: 2 });
      const [yes, heuristic, never] = (['yes', 'heuristic', 'never'] as const).map((early) =>
        runSync(beam, request, models, { beams: 4, length_penalty: 1, early }),
      );
      expect(yes!.passes.target).toBeLessThanOrEqual(heuristic!.passes.target);
      expect(heuristic!.passes.target).toBeLessThanOrEqual(never!.passes.target);
      expect(never!.samples[0]!.score!).toBeGreaterThanOrEqual(yes!.samples[0]!.score! - 1e-9);
      expect(Math.max(yes!.mostOpen, heuristic!.mostOpen, never!.mostOpen)).toBeLessThanOrEqual(4);
      if (yes!.passes.target < never!.passes.target) saved++;
    }
    expect(saved).toBeGreaterThan(0);
  });

  test('the score by hand', () => {
    expect([beamScore(-6, 3, 1), beamScore(-6, 4, 0.5), beamScore(-6, 3, 0), beamScore(-6, 2, -1)]).toEqual([
      -2, -3, -6, -12,
    ]);
  });

  test('where length pays, the heuristic stops too early and "never" does not', () => {
    let better = 0;
    for (let seed = 0; seed < 30; seed++) {
      const models = { target: randomModel({ vocab: 6, seed, spread: 2 }) };
      const request = tinyRequest({ vocab: 6, maxTokens: 10, endTokens: [5, 4] });
      const [heuristic, never] = (['heuristic', 'never'] as const).map(
        (early) => runSync(beam, request, models, { beams: 3, length_penalty: 2, early }).samples[0]!.score!,
      );
      expect(never!).toBeGreaterThanOrEqual(heuristic! - 1e-9);
      if (never! > heuristic! + 1e-6) better++;
    }
    expect(better).toBeGreaterThan(3);
  });

  test('the samples are ranked', () => {
    const run = runSync(beam, tinyRequest({ vocab: 6, maxTokens: 6, endTokens: [5], samples: 4 }), {
      target: randomModel({ vocab: 6, seed: 3 }),
    });
    const scores = run.samples.map((s) => s.score!);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(run.samples.map((s) => s.tokens.join())).size).toBe(4);
  });

  test('a vocabulary of one token gives one text, and says that nothing is left for the second', () => {
    const run = runSync(beam, tinyRequest({ vocab: 1, maxTokens: 2, samples: 2 }), {
      target: randomModel({ vocab: 1, seed: 3 }),
    });
    expect(run.samples.map((s) => [s.tokens.length, s.why])).toEqual([
      [2, 'length'],
      [0, 'nothing left'],
    ]);
  });

  test('refuses more samples than beams', () =>
    expect(
      beam.refuse!({ samples: 5, maxTokens: 3, chain: [] }, { beams: 4, length_penalty: 1, early: 'yes' }),
    ).toMatch(/at least 5 beams/));
});
