import { describe, expect, test } from 'vitest';
import { lookUp, promptLookup } from './algorithms/promptLookup.ts';
import { sampling } from './algorithms/sampling.ts';
import { draftModel, speculative } from './algorithms/speculative.ts';
import { softmax } from './draw.ts';
import { judge, speculate, type Proposal } from './speculation.ts';
import { randomModel, runSync, tinyRequest, type TableModel } from './testing.ts';
import type { Algorithm, DecodeOp } from './types.ts';

const vocab = 5;
const target = randomModel({ vocab, seed: 1 });
const draft = randomModel({ vocab, seed: 2 });

/**
 * P(token) of draft, acceptance and residual together: exact over the draft, midpoints of a fine grid over the two
 * uniforms.
 */
function outcome(p: Float64Array, q: Float64Array | null, point: number, rule = judge): number[] {
  const out = new Array<number>(p.length).fill(0);
  const grid = 2000;
  for (const [token, weight] of q ? [...q.entries()] : [[point, 1] as const]) {
    const proposal: Proposal = { token, q };
    for (let i = 0; i < grid; i++) {
      // 1259 and 2000 share no factor: the residual's uniform walks through the grid too
      const verdict = rule(p, proposal, (i + 0.5) / grid, (((i * 1259) % grid) + 0.5) / grid);
      out[verdict.token]! += weight / grid;
    }
  }
  return out;
}

describe('one proposal', () => {
  const p = Float64Array.of(0.5, 0.2, 0, 0.3);
  const q = Float64Array.of(0.1, 0.5, 0.25, 0.15);
  test.each([
    ['drawn', q, 0],
    ['looked up', null, 1],
    ['looked up, impossible', null, 2],
    ['the target itself', p, 0],
  ])("%s: the outcome has the target's distribution", (_, from, point) => {
    outcome(p, from, point).forEach((v, t) => expect(v).toBeCloseTo(p[t]!, 2));
  });
  test('accepts everything from the target itself, nothing impossible', () => {
    for (const token of [0, 1, 3])
      expect(judge(p, { token, q: p }, 1 - 2 ** -24, 0)).toEqual({ token, accepted: true });
    expect(judge(p, { token: 2, q }, 0, 0).accepted).toBe(false);
  });
  test('teeth: min(1, q/p) is far from it', () => {
    const wrong = outcome(p, q, 0, (p, x, accept, residual) =>
      accept * p[x.token]! < x.q![x.token]! ? { token: x.token, accepted: true } : judge(p, x, 1 - 2 ** -24, residual),
    );
    expect(Math.max(...wrong.map((v, t) => Math.abs(v - p[t]!)))).toBeGreaterThan(0.1);
  });
});

describe('speculative sampling', () => {
  test('a draft equal to the target is always accepted: tokens + 1 a pass', () => {
    for (const [ahead, length, passes] of [
      [4, 10, 2],
      [4, 11, 3],
      [1, 6, 3],
      [3, 1, 1],
    ] as const) {
      const run = runSync(
        speculative,
        tinyRequest({ vocab, maxTokens: length, samples: 3, prompt: [0, 1] }),
        { target, draft: target },
        { tokens: ahead },
      );
      expect(run.accepted).toBe(run.proposed);
      expect(run.passes.target).toBe(1 + passes); // the prompt, then the checks
      const by = run.samples[0]!.records.map((r) => r.by).join(' ');
      if (length === 10) expect(by).toBe('drafted drafted drafted drafted bonus drafted drafted drafted drafted bonus');
      if (length === 1) expect(by).toBe('model');
    }
  });

  test("a draft that is always wrong costs a pass a token, and the text is still the target's", () => {
    const one = (token: number) => ({
      vocab,
      logits: () => Float32Array.from({ length: vocab }, (_, t) => (t === token ? 60 : 0)),
    });
    const run = runSync(
      speculative,
      tinyRequest({ vocab, maxTokens: 5 }),
      { target: one(1), draft: one(3) },
      { tokens: 4 },
    );
    expect(run.samples[0]!.tokens).toEqual([1, 1, 1, 1, 1]);
    expect([run.accepted, run.passes.target, run.samples[0]!.records.map((r) => r.by)]).toEqual([
      0,
      5,
      ['corrected', 'corrected', 'corrected', 'corrected', 'model'],
    ]);
  });

  test("a draft whose table has more or fewer rows than the target's is as exact: rows past the shorter one are never proposed", () => {
    // Models of one family share a tokenizer and are padded to different sizes.
    const wide: TableModel = {
      vocab: vocab + 3,
      logits: (prefix) => Float32Array.from([...draft.logits(prefix), 9, 9, 9]),
    };
    const narrow: TableModel = { vocab: 3, logits: (prefix) => draft.logits(prefix).slice(0, 3) };
    const same = runSync(speculative, tinyRequest({ vocab, maxTokens: 12, samples: 8 }), { target, draft });
    expect(runSync(speculative, tinyRequest({ vocab, maxTokens: 12, samples: 8 }), { target, draft: wide })).toEqual(
      same,
    );
    const counts = new Array<number>(vocab).fill(0);
    const N = 4000;
    const request = tinyRequest({ vocab, maxTokens: 1, samples: 1, prompt: [0, 1] });
    for (let seed = 0; seed < N; seed++)
      for (const s of runSync(speculative, { ...request, maxTokens: 2, seed }, { target, draft: narrow }).samples)
        counts[s.tokens[0]!]!++;
    // N = 4000: a bias of 0.03 in any probability would be four standard errors.
    softmax(target.logits(request.prompt)).forEach((p, t) => expect(Math.abs(counts[t]! / N - p)).toBeLessThan(0.03));
  });

  test('both models are fed the text so far, then proposals: no token is missing, stale or doubled', () => {
    for (let seed = 0; seed < 60; seed++) {
      const request = tinyRequest({ vocab, maxTokens: 12, seed, samples: 3, prompt: [1, 2] });
      const texts = Array.from({ length: 3 }, () => [...request.prompt]);
      // Sequences by model and id, and the sample each belongs to: they are opened in the order of the samples.
      const held = new Map<string, { sample: number; tokens: number[] }>();
      let compared = 0;
      const watched: Algorithm<{ tokens: number }> = {
        ...speculative,
        *run(r, params) {
          const inner = speculative.run(r, params);
          for (let step = inner.next(); !step.done;) {
            const o: DecodeOp = step.value;
            const got = yield o;
            if (o.op === 'open')
              held.set(`${o.model}${String(got)}`, {
                sample: [...held.keys()].filter((k) => k.startsWith(o.model)).length,
                tokens: [...(held.get(`${o.model}${o.from}`)?.tokens ?? [])],
              });
            if (o.op === 'rollback') held.get(`${o.model}${o.sequence}`)!.tokens.length = o.length;
            if (o.op === 'emit') texts[o.sample]!.push(o.token);
            if (o.op === 'forward')
              for (const row of o.rows) {
                const { sample, tokens } = held.get(`${o.model}${row.sequence}`)!;
                const text = texts[sample]!;
                tokens.push(...row.tokens);
                if (tokens.length < text.length)
                  expect(tokens).toEqual(request.prompt.slice(0, -1)); // the prompt, all but its last token
                else expect(tokens.slice(0, text.length)).toEqual(text);
                compared++;
              }
            step = inner.next(got);
          }
        },
      };
      const run = runSync(watched, request, { target, draft }, { tokens: 3 });
      expect(run.samples.map((s) => [...request.prompt, ...s.tokens])).toEqual(texts);
      expect(compared).toBeGreaterThan(20);
    }
  });

  test('does not write past an end token', () => {
    const ends = { vocab, logits: () => Float32Array.of(0, 0, 0, 0, 60) };
    const run = runSync(
      speculative,
      tinyRequest({ vocab, maxTokens: 9, endTokens: [4] }),
      { target: ends, draft: ends },
      { tokens: 8 },
    );
    expect([run.proposed, run.accepted, run.passes, run.samples[0]!.why]).toEqual([
      1,
      1,
      { target: 1, draft: 1 },
      'end token',
    ]);
  });

  test('counts agree with the records', () => {
    const run = runSync(
      speculative,
      tinyRequest({ vocab, maxTokens: 30, samples: 4 }),
      { target, draft },
      { tokens: 4 },
    );
    expect(run.accepted).toBe(run.samples.flatMap((s) => s.records).filter((r) => r.by === 'drafted').length);
    expect(run.proposed).toBeGreaterThan(run.accepted);
    expect(run.accepted).toBeGreaterThan(0);
  });
});

describe('prompt lookup', () => {
  test.each([
    [[1, 2, 3, 1, 2], 3, 2, [3, 1]],
    [[1, 2, 3, 9, 2, 4, 1, 2], 2, 3, [3, 9, 2]], // two tokens match the older place
    [[1, 2, 3, 9, 2, 4, 1, 2], 1, 3, [4, 1, 2]], // one token matches the later
    [[5, 5, 5], 2, 4, [5]],
    [[1, 2, 3], 3, 4, []],
    [[1], 3, 4, []],
    [[1, 7, 4, 8, 1], 3, 4, [7, 4]], // up to the end token 4
    [[1, 2, 1], 3, 0, []],
  ])('of %j with n = %i, %i tokens', (tokens, n, count, next) =>
    expect(
      lookUp(
        tokens,
        n,
        count,
        [4].filter(() => tokens.includes(8)),
      ),
    ).toEqual(next),
  );

  test('where nothing repeats it is plain sampling, token for token', () => {
    const wide = randomModel({ vocab: 4000, seed: 1 });
    const request = tinyRequest({ vocab: 4000, maxTokens: 6, samples: 3, text: String, decode: String });
    const plain = runSync(sampling, request, { target: wide });
    const looked = runSync(promptLookup, request, { target: wide });
    expect(looked.proposed).toBe(0);
    expect(looked.samples).toEqual(plain.samples);
  });

  test('saves passes where the target repeats itself', () => {
    const cycle = {
      vocab,
      logits: (prefix: readonly number[]) =>
        Float32Array.from({ length: vocab }, (_, t) => (t === (prefix.at(-1)! + 1) % vocab ? 40 : 0)),
    };
    const run = runSync(
      promptLookup,
      tinyRequest({ vocab, maxTokens: 40, prompt: [0, 1, 2, 3, 4, 0] }),
      { target: cycle },
      { tokens: 4, ngram: 3 },
    );
    expect(run.accepted).toBe(run.proposed);
    expect(run.passes.target).toBe(1 + 40 / 5);
  });
});

test('the number of samples changes none of them', () => {
  for (const algorithm of [sampling, speculative, promptLookup] as Algorithm[]) {
    const of = (samples: number) =>
      runSync(algorithm, tinyRequest({ vocab, maxTokens: 9, samples, endTokens: [4], prompt: [0, 1, 0] }), {
        target,
        draft,
      }).samples;
    const many = of(5);
    for (const samples of [1, 2, 4]) expect(of(samples)).toEqual(many.slice(0, samples));
    expect(new Set(many.map((s) => s.tokens.join())).size).toBeGreaterThan(2);
  }
});

test('speculate refuses a contradictory chain before it opens anything', () => {
  const request = tinyRequest({ vocab, chain: [{ stage: 'no such stage', params: {} }] });
  expect(() => speculate(request, () => draftModel(request, 2)).next()).toThrow(/no stage/);
});
