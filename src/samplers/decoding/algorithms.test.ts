// Rules that every algorithm of the registry keeps. `runSync` itself checks sequences, limits, records and leaks.
import { describe, expect, test } from 'vitest';
import { algorithmIds, algorithms } from './algorithms.ts';
import { endOf, largest, limitOf, refusal } from './common.ts';
import { randomModel, runSync, tinyRequest } from './testing.ts';
import type { Algorithm, DecodeRequest } from './types.ts';

const vocab = 5;
const target = randomModel({ vocab, seed: 1 });
const draft = randomModel({ vocab, seed: 2 });
const models = { target, draft };
const all = algorithmIds.map((id) => algorithms[id] as Algorithm);
/** As many samples as the algorithm takes, up to 4. */
const request = (algorithm: Algorithm, some: Partial<DecodeRequest> = {}) =>
  tinyRequest({
    vocab,
    prompt: [0, 3],
    samples: algorithm.refuse?.({ samples: 4, maxTokens: 3, chain: [] }, defaultsOf(algorithm)) ? 1 : 4,
    ...some,
  });
const defaultsOf = (algorithm: Algorithm) =>
  Object.fromEntries(Object.entries(algorithm.params).map(([k, f]) => [k, (f as { default: unknown }).default]));

test('the registry names every algorithm by its own id, with a paper and a sentence', () => {
  for (const id of algorithmIds) {
    expect(algorithms[id].id).toBe(id);
    expect(algorithms[id].paper.url).toMatch(/^https:/);
    expect(algorithms[id].summary).toMatch(/\.$/);
  }
});

describe.each(all.map((a) => [a.id, a] as const))('%s', (_, algorithm) => {
  test('is a function of its request', () =>
    expect(runSync(algorithm, request(algorithm), models)).toEqual(runSync(algorithm, request(algorithm), models)));

  test('stops at the most tokens', () => {
    for (const maxTokens of [1, 2, 7])
      for (const s of runSync(algorithm, request(algorithm, { maxTokens }), models).samples)
        expect([s.tokens.length, s.why]).toEqual([maxTokens, 'length']);
  });

  test('stops at the end of the context', () => {
    for (const s of runSync(algorithm, request(algorithm, { maxTokens: 20, context: 6 }), models).samples)
      expect([s.tokens.length, s.why]).toEqual([4, 'length']);
  });

  test.each([
    ['no room in the context', { context: 2 }],
    ['a prompt beyond the context', { context: 1 }],
    ['no token wanted', { maxTokens: 0 }],
  ])('ends at once without a pass: %s', (_, some) => {
    const run = runSync(algorithm, request(algorithm, some), models);
    expect(run.passes).toEqual({ target: 0, draft: 0 });
    for (const s of run.samples) expect([s.tokens, s.why]).toEqual([[], 'length']);
  });

  test('refuses an empty prompt in words', () =>
    expect(() => runSync(algorithm, request(algorithm, { prompt: [] }), models)).toThrow(/prompt has no token/));

  test('ends a sample at its first end token, and only there', () => {
    const why = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      for (const s of runSync(
        algorithm,
        request(algorithm, { maxTokens: 9, endTokens: [4, 2], seed, prompt: [seed % 5] }),
        models,
      ).samples) {
        const at = s.tokens.findIndex((t) => t === 4 || t === 2);
        expect(at).toBe(s.why === 'end token' ? s.tokens.length - 1 : -1);
        why.add(s.why);
      }
    }
    expect(why).toContain('end token');
  });

  test('ends a sample at a stop string, also one across tokens', () => {
    const why = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const r = request(algorithm, { maxTokens: 9, stop: ['ab', 'dd', 'e'], seed, prompt: [seed % 5, seed % 3] });
      for (const s of runSync(algorithm, r, models).samples) {
        const found = (n: number) => r.stop.some((x) => r.decode(s.tokens.slice(0, n)).includes(x));
        expect([found(s.tokens.length), found(s.tokens.length - 1)]).toEqual([s.why === 'stop string', false]);
        why.add(s.why);
      }
    }
    expect(why).toContain('stop string');
  });

  test('ends a branch at a stop string that began before it', () => {
    for (let seed = 0; seed < 20; seed++) {
      const r = request(algorithm, {
        maxTokens: 9,
        stop: ['da', 'db', 'dc', 'dd', 'de'],
        seed,
        prompt: [0, 3],
        continued: 1,
      });
      for (const s of runSync(algorithm, r, models).samples)
        expect([s.tokens.length, s.why]).toEqual([1, 'stop string']);
    }
  });

  test('records what the model thought of every token', () => {
    const r = request(algorithm, { maxTokens: 6 });
    for (const s of runSync(algorithm, r, models).samples) {
      s.tokens.forEach((token, i) => {
        const logits = target.logits([...r.prompt, ...s.tokens.slice(0, i)]);
        const all = [...logits].map(Math.exp);
        const sum = all.reduce((a, b) => a + b);
        expect(s.records[i]!.logProbability).toBeCloseTo(Math.log(all[token]! / sum), 6);
        expect(s.records[i]!.rank).toBe(logits.filter((l) => l > logits[token]!).length);
      });
    }
  });

  test('opens as many sequences as it says', () => {
    const r = request(algorithm, { maxTokens: 6 });
    expect(runSync(algorithm, r, models).mostOpen).toBe(
      Math.min(
        algorithm.sequences?.(r.samples, defaultsOf(algorithm)) ?? r.samples,
        ['contrastive', 'cot_decoding'].includes(algorithm.id) ? vocab : Infinity,
      ),
    );
  });

  test('a branch draws the random numbers of the sample that it came from', () => {
    if (
      request(algorithm).samples === 1 ||
      ['beam', 'diverse_beam', 'best_of_n', 'cot_decoding'].includes(algorithm.id)
    )
      return;
    const params = algorithm.id === 'arithmetic' ? { codes: 'van_der_corput' } : defaultsOf(algorithm);
    const many = runSync(algorithm, request(algorithm), models, params).samples;
    expect(runSync(algorithm, request(algorithm, { samples: 2, firstSample: 2 }), models, params).samples).toEqual(
      many.slice(2),
    );
  });

  test('what it cannot do it refuses in words', () => {
    const said = [
      refusal(
        algorithm,
        { samples: 1, maxTokens: 3, chain: [{ stage: 'temperature', params: { temperature: 0.5 } }] },
        defaultsOf(algorithm),
        true,
      ),
      refusal(algorithm, { samples: 1, maxTokens: 3, chain: [] }, defaultsOf(algorithm), false),
    ];
    expect(said[0] === null).toBe(algorithm.usesChain);
    expect(said[1] === null).toBe(!algorithm.needsDraft);
    for (const s of said) if (s !== null) expect(s).toMatch(/\.$/);
  });
});

test('a model that draws by itself gives the same texts and records, in passes without logits', () => {
  const use = (stage: string, params: Record<string, number>) => ({ stage, params });
  const drawing = { target: { ...target, draws: true } };
  const chains = [
    [use('top_k', { k: 3 })],
    [
      use('temperature', { temperature: 1.5 }),
      use('top_k', { k: 4 }),
      use('top_p', { p: 0.8 }),
      use('min_p', { p: 0.2 }),
    ],
    [use('temperature', { temperature: 0.7 }), use('top_k', { k: 5 }), use('min_p', { p: 0.05 })],
  ];
  for (const [algorithm, chain, samples] of [
    [algorithms.greedy, [], 1],
    ...chains.flatMap((chain) => [1, 3].map((samples) => [algorithms.sampling, chain, samples] as const)),
  ] as const) {
    for (let seed = 0; seed < 10; seed++) {
      const r = tinyRequest({ vocab, seed, samples, chain, maxTokens: 8, prompt: [1, 3] });
      const there = runSync(algorithm as Algorithm, r, drawing).samples;
      const here = runSync(algorithm as Algorithm, r, models).samples;
      expect(there.map((s) => s.tokens)).toEqual(here.map((s) => s.tokens));
      for (const [i, s] of there.entries())
        for (const [j, record] of s.records.entries())
          for (const [key, value] of Object.entries(record)) {
            const other = here[i]!.records[j]![key as keyof typeof record];
            if (typeof value === 'number') expect(value, `${algorithm.id} ${key}`).toBeCloseTo(other as number, 9);
            else expect(value).toBe(other);
          }
    }
  }
});

describe('common', () => {
  test('largest is a sort cut short', () => {
    for (const n of [0, 1, 5, 100, 1000]) {
      const values = Float32Array.from({ length: n }, (_, i) =>
        i % 7 === 0 ? -Infinity : Math.round(50 * Math.sin(12.9898 * i * i)),
      );
      const sorted = [...values.keys()].sort((a, b) => (values[b]! === values[a]! ? a - b : values[b]! - values[a]!));
      for (const count of [0, 1, 3, 40, n, n + 1]) expect(largest(values, count)).toEqual(sorted.slice(0, count));
    }
  });
  test('the limit is the nearer of most tokens and context; an end token in the prompt ends nothing', () => {
    expect(limitOf({ prompt: [1, 2], maxTokens: 3, context: 9 })).toBe(5);
    expect(limitOf({ prompt: [1, 2], maxTokens: 3, context: 4 })).toBe(4);
    expect(endOf(tinyRequest({ vocab, prompt: [1, 4], endTokens: [4], stop: ['e', ''] }), [1, 4])).toBeNull();
  });
});
