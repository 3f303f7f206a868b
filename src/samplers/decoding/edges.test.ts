// What every algorithm does alike, at its edges: where a sample ends, what a stage is told, what a chain says of broken
// numbers, which instructions are sent, and the sentences of a refusal.
import { describe, expect, test } from 'vitest';
import { philox4x32 } from '../../math/philox.ts';
import { PURPOSES, type Purpose } from '../../math/tokenUniform.ts';
import { uniforms } from '../../math/uniform.ts';
import { algorithmIds, algorithms } from './algorithms.ts';
import { collect } from './algorithms/watching.ts';
import { applyChain, greedyToken, observeChain, recordOf, startChain } from './chain.ts';
import { contextAt, endOf, largest, streamOf, refusal } from './common.ts';
import { checkLogits, descending, draw, entropy } from './draw.ts';
import { randomModel, runSync, tinyRequest } from './testing.ts';
import type { Algorithm, Chain, DecodeOp, DecodeRequest, StageContext } from './types.ts';

const vocab = 5;
const context: StageContext = { history: [], promptLength: 0, uniform: () => 0, text: () => 'x' };
const half = Float64Array.from([0.5, 0.25, 0.125, 0.125].map(Math.log));

describe('where a sample ends', () => {
  const of = (some: Partial<DecodeRequest>, tokens: number[]) => endOf(tinyRequest({ vocab: 30, ...some }), tokens);
  test('at the first end token that was made, not at one of the prompt', () => {
    expect(of({ prompt: [0, 4], endTokens: [4] }, [0, 4])).toBeNull();
    expect(of({ prompt: [0, 4], endTokens: [4] }, [0, 4, 4])).toBe('end token');
    expect(of({ prompt: [0, 4], endTokens: [4] }, [0, 4, 4, 1])).toBeNull(); // the last token decides
    expect(of({ prompt: [0], endTokens: [4], stop: ['e'] }, [0, 4])).toBe('end token');
  });
  test('at one stop string, in what was made; of a branch also across its beginning', () => {
    expect(of({ stop: ['b'] }, [0, 1])).toBe('stop string');
    expect(of({ stop: ['x'] }, [0, 23])).toBe('stop string');
    expect(of({ stop: ['a'] }, [0, 1])).toBeNull(); // the prompt's own a
    expect(of({ stop: [''] }, [0, 1])).toBeNull();
    expect(of({ stop: [] }, [0, 1])).toBeNull();
    expect(of({ prompt: [0, 1, 2], stop: ['cd'], continued: 1 }, [0, 1, 2, 3])).toBe('stop string');
    expect(of({ prompt: [0, 1, 2], stop: ['cd'] }, [0, 1, 2, 3])).toBeNull();
    expect(of({ prompt: [0, 1, 2], stop: ['bc'], continued: 1 }, [0, 1, 2, 3])).toBeNull();
    expect(of({ prompt: [0, 1, 2], stop: ['bc'], continued: 2 }, [0, 1, 2])).toBeNull(); // nothing made yet
    expect(of({ prompt: [0, 1, 2], stop: ['bc'], continued: 2 }, [0, 1, 2, 3])).toBe('stop string');
  });
  test('at its limit, exactly', () => {
    expect(of({ prompt: [0, 0], maxTokens: 3 }, [0, 0, 1, 1])).toBeNull();
    expect(of({ prompt: [0, 0], maxTokens: 3 }, [0, 0, 1, 1, 1])).toBe('length');
    expect(of({ prompt: [0, 0], maxTokens: 3, context: 4 }, [0, 0, 1])).toBeNull();
    expect(of({ prompt: [0, 0], maxTokens: 3, context: 4 }, [0, 0, 1, 1])).toBe('length');
  });
});

describe('what a stage is told', () => {
  test('the text so far, where the prompt ends, and the uniform of seed, sample, position and purpose', () => {
    const request = tinyRequest({ vocab, prompt: [1, 2, 3, 4], continued: 3, seed: 9, firstSample: 5 });
    const told = contextAt(request, 2, [1, 2, 3, 4, 0, 1]);
    expect([told.history, told.promptLength, told.text(3)]).toEqual([[1, 2, 3, 4, 0, 1], 1, 'd']);
    expect(contextAt(tinyRequest({ vocab, prompt: [1, 2] }), 0, [1, 2, 0]).promptLength).toBe(2);
    for (const [purpose, number] of Object.entries({
      draw: 0,
      accept: 1,
      residual: 2,
      xtc: 3,
      code: 4,
      shift: 5,
      draft: 6,
    })) {
      const word = philox4x32(6, 7, number, 0, 9, 0x544f4b4e, new Uint32Array(4))[0]!;
      expect(told.uniform(purpose as Purpose), purpose).toBe(Math.floor(word / 256) / 2 ** 24);
    }
    expect(Object.keys(PURPOSES)).toHaveLength(7);
    expect([streamOf({}, 3), streamOf({ firstSample: 2 }, 3)]).toEqual([3, 5]);
  });
});

describe('instructions', () => {
  const target = randomModel({ vocab, seed: 1 });
  /** Everything an algorithm sends, answered as a model would. */
  const sent = (algorithm: Algorithm, request: DecodeRequest, params: object = {}) => {
    const ops: DecodeOp[] = [];
    runSync(collect(algorithm, ops), request, { target, draft: target }, params);
    return ops;
  };
  const prefilled = { op: 'forward', model: 'target', want: 'last', rows: [{ sequence: 1, tokens: [0, 3] }] };
  const emitted = (sample: number) => ({ op: 'emit', sample, token: expect.any(Number), record: expect.any(Object) });
  const fed = (sequence: number) => ({ sequence, tokens: [expect.any(Number)] });

  test('of sampling, word for word: one pass for the prompt, copies, one for all, and each end once', () =>
    expect(sent(algorithms.sampling, tinyRequest({ vocab, prompt: [0, 3], samples: 2, maxTokens: 2 }))).toStrictEqual([
      { op: 'open', model: 'target' },
      prefilled,
      { op: 'open', model: 'target', from: 1 },
      emitted(0),
      emitted(1),
      { op: 'forward', model: 'target', want: 'last', rows: [fed(1), fed(2)] },
      emitted(0),
      { op: 'end', sample: 0, why: 'length' },
      { op: 'release', model: 'target', sequence: 1 },
      emitted(1),
      { op: 'end', sample: 1, why: 'length' },
      { op: 'release', model: 'target', sequence: 2 },
    ]));

  test('greedy asks the model for the arg max: temperature 0 and nothing else', () => {
    const draw = [{ temperature: 0, k: 1, topP: 1, minP: 0, bits: 0 }];
    expect(sent(algorithms.greedy, tinyRequest({ vocab, prompt: [0, 3], maxTokens: 2 }))).toStrictEqual([
      { op: 'open', model: 'target' },
      { ...prefilled, draw },
      emitted(0),
      { op: 'forward', model: 'target', want: 'last', rows: [fed(1)], draw },
      emitted(0),
      { op: 'end', sample: 0, why: 'length' },
      { op: 'release', model: 'target', sequence: 1 },
    ]);
  });

  test('sampling hands the model what it can draw by itself: the settings, and the bits of each sample and position', () => {
    const chain: Chain = [{ stage: 'top_k', params: { k: 3 } }];
    const draw = (sample: number, position: number) => ({
      temperature: 1,
      k: 3,
      topP: 1,
      minP: 0,
      bits: philox4x32(position, sample, 0, 0, 9, 0x544f4b4e, new Uint32Array(4))[0]!,
    });
    const request = tinyRequest({ vocab, prompt: [0, 3], maxTokens: 2, chain, seed: 9, firstSample: 4 });
    const asked = (ops: readonly DecodeOp[]) => ops.flatMap((o) => (o.op === 'forward' ? [o.draw] : []));
    // The prompt is one row, so that two samples cannot be drawn from it.
    expect(asked(sent(algorithms.sampling, request))).toEqual([[draw(4, 2)], [draw(4, 3)]]);
    expect(asked(sent(algorithms.sampling, { ...request, samples: 2 }))).toEqual([undefined, [draw(4, 3), draw(5, 3)]]);
    expect(asked(sent(algorithms.sampling, { ...request, chain: [] }))).toEqual([undefined, undefined]);
  });

  test('best of N shows the first candidates while they are written, then what it kept', () => {
    const request = tinyRequest({ vocab, prompt: [0, 3], samples: 2, maxTokens: 3 });
    const ops = sent(algorithms.best_of_n, request, { candidates: 4, penalty: 0.5 });
    const count = (op: DecodeOp['op'], sample: number) =>
      ops.filter((o) => o.op === op && 'sample' in o && o.sample === sample).length;
    expect([0, 1, 2, 3].map((s) => count('emit', s))).toEqual([3, 3, 0, 0]);
    expect([0, 1, 2, 3].map((s) => count('replace', s))).toEqual([1, 1, 0, 0]);
    expect([0, 1, 2, 3].map((s) => count('end', s))).toEqual([1, 1, 0, 0]);
  });
});

describe('broken numbers are named', () => {
  const broken = (value: number, after = 2) => ({
    vocab,
    logits: (prefix: readonly number[]) => Float32Array.of(0, 1, prefix.length > after ? value : 0, 0, 0),
    hidden: () => Float32Array.of(1, 2),
    early: () => Float32Array.of(2, 1, 0, 0, 0),
  });
  test.each(algorithmIds)('by %s, whether they come first or later', (id) => {
    const algorithm: Algorithm = algorithms[id];
    const params = Object.fromEntries(
      Object.entries(algorithm.params).map(([k, f]) => [k, (f as { default: unknown }).default]),
    );
    for (const after of [0, 2]) {
      const target = broken(NaN, after);
      const run = () => runSync(algorithm, tinyRequest({ vocab, maxTokens: 6 }), { target, draft: target }, params);
      expect(run).toThrow('The model gave NaN for token 2');
    }
  });
  test('by a stage that makes them, and an unknown stage by its name', () => {
    const cold: Chain = [{ stage: 'temperature', params: { temperature: 0.001 } }];
    expect(() => applyChain(Float64Array.of(1e307, 0), context, cold, startChain(cold))).toThrow(
      'The stage "Temperature" gave +Infinity for token 0',
    );
    expect(() => applyChain(half, context, [{ stage: 'nope', params: {} }], [undefined])).toThrow(
      'There is no stage "nope".',
    );
    expect(() => greedyToken(Float64Array.of(0, NaN))).toThrow('The model gave NaN for token 1');
    expect(() => checkLogits([-Infinity, -Infinity, -Infinity], 'It')).toThrow('It gave −Infinity for all 3 tokens');
  });
});

describe('records', () => {
  test('without a draw there is no drawn probability, without a chain no mass is lost', () => {
    const chain: Chain = [{ stage: 'top_k', params: { k: 2 } }];
    const applied = applyChain(half, context, chain, startChain(chain));
    expect(recordOf(half, applied, 1, null)).toMatchObject({ drawnLogProbability: null, u: null, by: 'model' });
    expect(recordOf(half, applied, 1, 0.5)).toMatchObject({
      drawnLogProbability: expect.closeTo(Math.log(1 / 3), 12),
      keptMass: expect.closeTo(0.75, 12),
    });
    expect(recordOf(half, null, 1, 0.5, 'reader')).toMatchObject({
      drawnLogProbability: null,
      keptMass: 1,
      by: 'reader',
    });
    expect([0, 1, 2, 3].map((t) => recordOf(half, null, t, null).rank)).toEqual([0, 1, 2, 3]); // equals by index
  });
  test('the mass that is kept is never more than all of it, though rounding says so', () => {
    let above = 0;
    for (let seed = 0; seed < 60; seed++) {
      const logits = Float64Array.from(uniforms(seed, 4, 300), (u) => 8 * u);
      const applied = applyChain(logits, context, [], []);
      let mass = 0;
      for (const token of applied.order) mass += applied.probabilities[token]!;
      if (mass > 1) above++;
      expect(recordOf(logits, applied, 3, 0.5).keptMass).toBeLessThanOrEqual(1);
    }
    expect(above).toBeGreaterThan(0);
  });
  test('a chain without a memory keeps its state as it is', () => {
    const state = startChain([{ stage: 'top_k', params: { k: 2 } }]);
    expect(observeChain([], state, applyChain(half, context, [], []), 0)).toBe(state);
  });
});

describe('the draw and its order at their edges', () => {
  const p = Float64Array.of(0.25, 0.5, 0.25);
  test('u just below, at and above a boundary', () => {
    const before = 0.5 - 2 ** -24;
    expect([0, before, 0.5, 0.75 - 2 ** -24, 0.75].map((u) => draw(p, u))).toEqual([1, 1, 0, 0, 2]);
    expect(() => draw(p, -(2 ** -24))).toThrow('[0, 1)');
    expect(draw(p, 0.3, Uint32Array.of(2, 0, 1))).toBe(0); // the order that it is given
  });
  test('a floor leaves out what equals it; both sorts, around the number where one takes over', () => {
    expect([...descending([3, 1, 2, 1], 1)]).toEqual([0, 2]);
    for (const n of [1022, 1023, 1024, 1025]) {
      const values = Float64Array.from(uniforms(n, 1, n), (u) => Math.floor(40 * u) - 20);
      const want = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
      expect([...descending(values)]).toEqual(want);
    }
  });
  test('entropy is 0 for one token and never below', () => {
    expect([entropy([1]), entropy([]), entropy([1 + 1e-15])]).toEqual([0, 0, 0]);
    expect(entropy([0.5, 0.25, 0.25])).toBeCloseTo(1.5 * Math.LN2, 15);
  });
  test('the largest of equals are the first of them', () => {
    const flat = new Float32Array(300).fill(2);
    expect(largest(flat, 3)).toEqual([0, 1, 2]);
    expect(largest([1, 3, 3, 2, 3], 2)).toEqual([1, 2]);
    expect(largest([1, 2], 0)).toEqual([]);
    expect(largest([1, 2], -1)).toEqual([]);
  });
});

describe('the sentences of a refusal', () => {
  const stage = (id: string) => ({ stage: id, params: {} });
  const ask = (id: (typeof algorithmIds)[number], samples: number, params: object, chain: Chain = [], draft = true) =>
    refusal(algorithms[id], { samples, maxTokens: 8, chain }, params, draft);
  test('a chain that nothing would read, of one stage and of two', () => {
    expect(ask('greedy', 1, {}, [stage('top_k')])).toBe(
      'Greedy draws nothing, so its stage top_k would be ignored: remove it, or choose sampling.' +
        ' It takes stages that change which token is the most likely: typical_p, dry, repetition_penalty, presence_penalty, frequency_penalty, no_repeat_ngram, logit_bias, bad_words, min_new_tokens, ignore_eos, grammar.',
    );
    // Only what greedy decoding does nothing with is named.
    expect(ask('greedy', 1, {}, [stage('dry'), stage('xtc'), stage('logit_bias')])).toMatch(/its stage xtc would/);
    expect(ask('greedy', 1, {}, [stage('dry'), stage('logit_bias')])).toBeNull();
    expect(ask('beam', 1, { beams: 4 }, [stage('top_k'), stage('top_p')])).toBe(
      'Beam search draws nothing, so its stages top_k, top_p would be ignored: remove them, or choose sampling.' +
        ' It takes stages that change which token is the most likely: typical_p, dry, repetition_penalty, presence_penalty, frequency_penalty, no_repeat_ngram, logit_bias, bad_words, min_new_tokens, ignore_eos, grammar.',
    );
    expect(ask('contrastive_decoding', 1, {}, [], false)).toBe(
      'Contrastive decoding needs a smaller model with the same tokenizer as its amateur: choose one as the draft model.',
    );
    expect(ask('speculative', 1, { tokens: 4 }, [], false)).toBe(
      'Speculative sampling needs a draft model with the same tokenizer: choose one, or choose prompt lookup, which needs none.',
    );
  });
  test('as many samples as there can be, and one more', () => {
    for (const [id, params, most] of [
      ['greedy', {}, 1],
      ['contrastive', { k: 4, alpha: 0.6 }, 1],
      ['beam', { beams: 3, length_penalty: 1, early: 'never' }, 3],
      ['best_of_n', { candidates: 3, penalty: 0 }, 3],
      ['diverse_beam', { beams: 4, num_beam_groups: 2 }, 4],
      ['cot_decoding', { k: 3, answer: 'text', aggregate: true }, 3],
    ] as const) {
      expect(ask(id, most, params), id).toBeNull();
      expect(ask(id, most + 1, params), id).toContain(`${most + 1} samples`);
    }
    expect(ask('beam', 4, { beams: 3 })).toBe('4 samples cannot come of 3 beams: use at least 4 beams.');
    expect(ask('best_of_n', 4, { candidates: 3 })).toBe('4 samples cannot be kept of 3 candidates: draw at least 4.');
    expect(ask('cot_decoding', 4, { k: 3 })).toBe('4 samples cannot come of 3 branches: use at least 4 branches.');
    expect(ask('diverse_beam', 5, { beams: 4, num_beam_groups: 2 })).toMatch(/^5 samples cannot come of 4 beams/);
    expect(ask('diverse_beam', 1, { beams: 5, num_beam_groups: 2 })).toBe(
      '5 beams cannot be divided into 2 groups of the same size: use 6 beams, or another number of groups.',
    );
    expect(ask('diverse_beam', 1, { beams: 2, num_beam_groups: 3 })).toMatch(/use 3 beams/);
    expect(ask('sampling', 64, {})).toBeNull();
  });
});
