import { describe, expect, test } from 'vitest';
import './grammar/grammars.ts';
import { defaults, type AnyField } from '../../core/field.ts';
import { extremes } from '../../core/fieldTesting.ts';
import { tokenUniform } from '../../math/tokenUniform.ts';
import { uniforms } from '../../math/uniform.ts';
import { chooseToken, startChain } from './chain.ts';
import { stageOf, stages, type StageId } from './stages.ts';
import { parseBreakers, zArray } from './stages/dry.ts';
import { parseWords } from './stages/badWords.ts';
import { parseBias } from './stages/logitBias.ts';
import { zipfExponent, zipfK } from './stages/mirostat.ts';
import type { Stage, StageContext } from './types.ts';

const ids = Object.keys(stages) as StageId[];
const all: Record<StageId, Stage> = stages;
const context: StageContext = {
  history: [0, 1, 2, 3, 0, 1, 2],
  promptLength: 2,
  uniform: () => 0,
  text: (token) => `t${token}`,
  vocabulary: { size: 40, bytes: (t) => new TextEncoder().encode(`t${t}`), endTokens: [] },
};
/** The defaults, then every end of every parameter on its own, without what the stage refuses. */
const corners = (id: StageId) => {
  const fields = all[id].params as Record<string, AnyField>;
  const usual: Record<string, unknown> = {
    ...defaults(fields as never),
    ...(id === 'logit_bias' && { biases: '0:-inf,1:3' }),
    ...(id === 'bad_words' && { words: '0,2 1' }),
  };
  return [
    usual,
    ...Object.entries(fields).flatMap(([key, f]) => extremes(f).map((v) => ({ ...usual, [key]: v }))),
  ].filter((p) => all[id].refuse?.(p) == null);
};
const rows: Record<string, Float64Array> = {
  ordinary: Float64Array.from(uniforms(1, 0, 40), (u) => 20 * u - 10),
  flat: new Float64Array(12),
  certain: Float64Array.of(1e4, 0, -1e4, 0, 0),
  'few in play': Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 1 ? -1 - i : -Infinity)),
  'one in play': Float64Array.of(-Infinity, -Infinity, -3, -Infinity),
  'one token': Float64Array.of(5),
  'f32 extremes': Float64Array.of(3.4e38, -3.4e38, 3.4e38, 0),
};

describe.each(ids)('%s', (id) => {
  const stage = all[id];
  test('is registered under its own id and explains itself; its fields parse their own defaults', () => {
    expect(stage.id).toBe(id);
    expect(stage.paper.url).toMatch(/^https:/);
    expect(stage.summary).toMatch(/\.$/);
    for (const f of Object.values(stage.params) as AnyField[])
      expect(f.parse(f.format(f.default as never))).toBe(f.default);
    if (id !== 'logit_bias' && id !== 'bad_words')
      expect(stage.refuse?.(defaults(stage.params as never)) ?? null).toBeNull();
  });
  test.each(Object.keys(rows))(
    'at every corner of its parameters, %s logits: no NaN, no new support, never an empty one, input untouched',
    (name) => {
      for (const params of corners(id)) {
        // Token 1 or 2 must not be asked of a model of one token or two.
        if (id === 'bad_words' && rows[name]!.length < 3) continue;
        if (id === 'logit_bias' && rows[name]!.length < 2) continue;
        const row = rows[name]!.slice();
        const out = stage.apply(row, context, params, stage.start?.(params));
        expect([...row]).toEqual([...rows[name]!]);
        expect(out).not.toBe(row);
        expect(
          out.some((l) => l > -Infinity),
          JSON.stringify(params),
        ).toBe(true);
        expect(
          out.some((l, i) => Number.isNaN(l) || l === Infinity || (row[i] === -Infinity && l !== -Infinity)),
          JSON.stringify(params),
        ).toBe(false);
      }
    },
  );
});

test('ids from a link are not trusted', () => {
  expect(stageOf('top_k')).toBe(stages.top_k);
  for (const id of ['toString', '__proto__', '', 'TOP_K']) expect(stageOf(id)).toBeUndefined();
});

test('Zipf’s exponent is found, and its k has the surprise that was asked for', () => {
  for (const s of [0.6, 1, 1.3, 2.5])
    expect(zipfExponent(Float64Array.from({ length: 300 }, (_, i) => -s * Math.log(i + 1)))).toBeCloseTo(s, 12);
  expect(zipfK(1, 3, 1000)).toBeCloseTo(8 / Math.log(1000), 10);
  expect(zipfK(1 + 1e-9, 3, 1000)).toBeCloseTo(zipfK(1, 3, 1000), 6);
  expect(zipfK(2, 3, 1e9)).toBeCloseTo(Math.sqrt(8), 6);
  expect(zipfK(0, 3, 1000)).toBe(8);
  expect(zipfExponent([1])).toBe(0);
});

test.each(['mirostat', 'mirostat_v2'] as const)('%s keeps the surprise at τ bits on Zipf’s law', (id) => {
  const logits = Float64Array.from({ length: 400 }, (_, i) => -1.1 * Math.log(i + 1));
  const steps = 600;
  const eta = 0.1;
  for (const tau of [3.5, 5]) {
    const chain = [{ stage: id, params: { tau, eta } }];
    let state = startChain(chain);
    let bits = 0;
    for (let at = 0; at < steps; at++) {
      const choice = chooseToken(
        logits,
        { ...context, history: [], uniform: (purpose) => tokenUniform(1, 0, at, purpose) },
        chain,
        state,
      );
      state = choice.state;
      bits -= (id === 'mirostat' ? choice.record.logProbability : choice.record.drawnLogProbability!) / Math.LN2;
    }
    // The errors telescope into μ, so the mean is as near to τ as μ stays near its start: what is tested is that it
    // does.
    expect(bits / steps - tau).toBeCloseTo((2 * tau - (state[0] as { mu: number }).mu) / (eta * steps), 9);
    expect(Math.abs(bits / steps - tau)).toBeLessThan(0.1);
  }
});

test('a bias list is read or refused with the reason', () => {
  expect(parseBias(' 1:2, 3:-inf ,4:-0.5,5:.5')).toEqual(
    new Map([
      [1, 2],
      [3, -Infinity],
      [4, -0.5],
      [5, 0.5],
    ]),
  );
  expect(parseBias('')).toEqual(new Map());
  for (const [text, because] of [
    ['a:1', 'is not a bias'],
    ['1', 'is not a bias'],
    ['1:', 'is not a bias'],
    ['1:2,', 'is not a bias'],
    ['1:1e5', 'is not a bias'],
    ['-1:2', 'is not a bias'],
    ['1:inf', 'is not a bias'],
    ['1:NaN', 'is not a bias'],
    ['1:101', 'beyond ±100'],
    ['1:2,1:3', 'listed twice'],
  ] as const)
    expect(parseBias(text), text).toContain(because);
  expect(parseBias(Array.from({ length: 301 }, (_, i) => `${i}:1`).join(','))).toContain('at most 300');
  expect(stages.logit_bias.params.biases.parse('1:101')).toBeUndefined();
  expect(stages.logit_bias.params.biases.refuse('1:101')).toContain('beyond ±100');
});

test('a list of words is read or refused with the reason', () => {
  expect(parseWords(' 12  13, 7 ')).toEqual([[12, 13], [7]]);
  expect(parseWords('  ')).toEqual([]);
  for (const [text, because] of [
    ['1,', 'is no word'],
    ['a', '"a" is no word'],
    ['-1', 'is no word'],
    [Array.from({ length: 33 }, (_, i) => i).join(' '), 'A word of 33 tokens is too long'],
    [Array.from({ length: 301 }, (_, i) => i).join(','), 'has 301 words; at most 300'],
  ] as const)
    expect(parseWords(text), text).toContain(because);
  expect(stages.bad_words.refuse!({ words: '' })).toContain('lists no word');
  expect(stages.bad_words.refuse!({ words: '1 2' })).toBeNull();
  expect(() => stages.bad_words.apply(Float64Array.of(0), context, { words: '1' }, undefined)).toThrow('name token 1');
});

test('at the knobs where they are nothing', () => {
  const row = Float64Array.of(1, 0.5, -Infinity, -2);
  expect([...stages.smoothing.apply(row, context, { factor: 0, curve: 2 }, undefined)]).toEqual([...row]);
  expect([...stages.top_a.apply(row, context, { a: 0 }, undefined)]).toEqual([...row]);
  const none = { target: -1, decay: 0.5 };
  expect([...stages.adaptive_p.apply(row, context, none, stages.adaptive_p.start!(none))]).toEqual([...row]);
  expect([...stages.min_new_tokens.apply(row, { ...context, endTokens: [0] }, { n: 0 }, undefined)]).toEqual([...row]);
});

test('adaptive-p aims lower after likely tokens: by hand', () => {
  const params = { target: 0.5, decay: 0.5 };
  const { start, observe } = stages.adaptive_p;
  expect(start!(params)).toEqual({ sum: 1, weight: 2 });
  // A token of probability ½ ^ 0 = 1: the average becomes (1 + 0.5) / (1 + 1) = 0.75, the aim 2 · 0.5 − 0.75 = 0.25.
  const after = observe!(start!(params), { token: 0, surprise: 9, entering: 0 }, params);
  expect(after).toEqual({ sum: 1.5, weight: 2 });
  const row = Float64Array.from([0.5, 0.25, 0.25], Math.log);
  const [likely, rare] = stages.adaptive_p.apply(row, context, params, after);
  expect(rare).toBeCloseTo(5, 12);
  expect(likely).toBeCloseTo(5 - (10 * (25 / 36)) / (1 + 5 / 6), 12);
});

test('a breaker list is read or refused with the reason', () => {
  expect(parseBreakers('\\n,:,",*')).toEqual(['\n', ':', '"', '*']);
  expect(parseBreakers('a b,\\,,\\\\,\\t')).toEqual(['a b', ',', '\\', '\t']);
  expect(parseBreakers('')).toEqual([]);
  for (const [text, because] of [
    ['\\x', 'is not an escape'],
    ['a\\', 'is not an escape'],
    ['a,,b', 'empty breaker'],
    [',', 'empty breaker'],
    [Array(33).fill('a').join(','), 'at most 32'],
  ] as const)
    expect(parseBreakers(text), text).toContain(because);
});

test('DRY without a tokenizer says so, unless it has no breakers to look for', () => {
  const blind = { ...context, text: () => null };
  const params = defaults(stages.dry.params);
  expect(() => stages.dry.apply(new Float64Array(4), blind, params, undefined)).toThrow('no tokenizer');
  expect(stages.dry.apply(new Float64Array(4), blind, { ...params, breakers: '' }, undefined)[3]).toBeLessThan(0);
});

test('the Z-array by definition, and in linear time on the worst case', () => {
  for (let seed = 0; seed < 50; seed++) {
    const list = Array.from(uniforms(seed, 2, 40), (u) => Math.floor(2.2 * u));
    expect([...zArray(list)]).toEqual(
      list.map((_, i) => {
        let n = 0;
        while (i + n < list.length && list[n] === list[i + n]) n++;
        return n;
      }),
    );
  }
  expect(zArray([])).toHaveLength(0);
  expect(zArray(Array(200000).fill(7))[1]).toBe(199999);
});
