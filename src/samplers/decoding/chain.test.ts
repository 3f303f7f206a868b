import { describe, expect, test } from 'vitest';
import { drawReference } from '../../math/reference/draw.ts';
import { tokenBits, tokenUniform } from '../../math/tokenUniform.ts';
import { uniforms } from '../../math/uniform.ts';
import { applyChain, chooseToken, greedyToken, observeChain, startChain } from './chain.ts';
import { gpuDraw, refuseChain } from './refuse.ts';
import type { Chain, StageContext, StageUse } from './types.ts';

const context = (some: Partial<StageContext> = {}): StageContext => ({
  history: [],
  promptLength: 0,
  uniform: () => 0,
  text: () => 'x',
  ...some,
});
const link = (stage: string, params: StageUse['params'] = {}): StageUse => ({ stage, params });
const T = (temperature = 0.8) => link('temperature', { temperature });
const K = (k = 40) => link('top_k', { k });
const P = (p = 0.95) => link('top_p', { p });
const M = (p = 0.05) => link('min_p', { p });
const mirostat = link('mirostat', { tau: 3, eta: 0.1 });
const mirostat2 = link('mirostat_v2', { tau: 3, eta: 0.1 });
const presence = link('presence_penalty', { penalty: 1, lastN: -1, prompt: true });
const half = Float32Array.from([0.5, 0.25, 0.125, 0.125].map(Math.log));

describe('a chain is refused aloud', () => {
  test.each<[string, Chain, RegExp]>([
    ['an unknown stage', [link('top_z')], /There is no stage "top_z"/],
    ['a prototype name', [link('constructor')], /There is no stage "constructor"/],
    ['twice the same', [K(10), P(), K(5)], /Top-k is in the chain twice/],
    ['temperature 0', [T(0), P()], /use greedy decoding/],
    [
      'two temperatures',
      [T(), link('dynamic_temperature', { temperature: 1, range: 0.5, exponent: 1 })],
      /both set the temperature/,
    ],
    ['both mirostats', [mirostat, mirostat2], /Mirostat 1 and Mirostat 2 both steer/],
    ['mirostat after a truncation', [P(), mirostat2], /its own truncation.*remove "Top-p \(nucleus\)"/],
    ['mirostat before a truncation', [mirostat2, M()], /its own truncation.*"Min-p"/],
    ['a stage after mirostat', [mirostat, T()], /must be the last stage.*move "Temperature" before it/],
    ['XTC that never acts', [link('xtc', { threshold: 0.6, probability: 1 })], /nothing would ever be excluded/],
    ['a range below 0', [link('dynamic_temperature', { temperature: 0.5, range: 1, exponent: 1 })], /reaches below 0/],
    [
      'an empty window',
      [link('presence_penalty', { penalty: 1, lastN: 0, prompt: true })],
      /0 tokens looks at nothing/,
    ],
    ['a bias of nothing', [link('logit_bias', { biases: '' })], /lists no token/],
    ['an unreadable bias', [link('logit_bias', { biases: '5=3' })], /Biases cannot be "5=3"/],
    ['a missing parameter', [link('top_k')], /Top-k needs its parameter "k"/],
    ['a parameter too many', [link('top_k', { k: 5, p: 1 })], /no parameter "p"; it has "k"/],
    ['out of range', [P(1.5)], /p cannot be 1.5; it must be a number from 0 to 1/],
    ['not whole', [K(2.5)], /k cannot be 2.5; it must be a whole number/],
    ['not a number', [link('top_k', { k: '5' })], /k cannot be "5"/],
    ['NaN', [P(NaN)], /p cannot be null|p cannot be NaN/],
  ])('%s', (_, chain, because) => {
    expect(refuseChain(chain).join(' ')).toMatch(because);
    expect(() => startChain(chain)).toThrow(because);
    expect(gpuDraw(chain)).toBeNull();
  });
  test('and a good one is not', () => {
    for (const chain of [
      [],
      [T(), K(), P(), M()],
      [presence, T(), mirostat],
      [T(), link('xtc', { threshold: 0.1, probability: 0.5 })],
      [P(), T(), K()],
    ])
      expect(refuseChain(chain)).toEqual([]);
  });
});

test('which chains the GPU draws: in its order, at most 128 candidates', () => {
  expect(gpuDraw([T(), K(), P(), M()])).toEqual({ temperature: 0.8, k: 40, topP: 0.95, minP: 0.05 });
  expect(gpuDraw([K(128)])).toEqual({ temperature: 1, k: 128, topP: 1, minP: 0 });
  expect(gpuDraw([K(5), M(0.1)])).toEqual({ temperature: 1, k: 5, topP: 1, minP: 0.1 });
  for (const chain of [
    [],
    [T(), P()],
    [K(129)],
    [K(), T()],
    [T(), P(), K()],
    [T(), K(), M(), P()],
    [presence, T(), K()],
    [K(), mirostat],
    [K(), P(0)],
  ])
    expect(gpuDraw(chain)).toBeNull();
});

test('the same logits, seed and position give the same token and record as the GPU draw by definition', () => {
  for (let i = 0; i < 300; i++) {
    const u = uniforms(3, i, 210);
    const vocab = 3 + Math.floor(190 * u[200]!);
    const logits = Float32Array.from(u.subarray(0, vocab), (v) => (i % 4 === 0 ? Math.round(8 * v) : 12 * v));
    const chain = [T(0.3 + u[201]!), K(1 + Math.floor(127 * u[202]!)), P(0.3 + 0.7 * u[203]!), M(0.3 * u[204]!)].filter(
      (one, at) => one.stage === 'top_k' || u[205 + at]! > 0.3,
    );
    const settings = gpuDraw(chain)!;
    const { token, record } = chooseToken(
      logits,
      context({ uniform: (purpose) => tokenUniform(9, i, 17, purpose) }),
      chain,
      startChain(chain),
    );
    const want = drawReference(logits, { ...settings, bits: tokenBits(9, i, 17, 'draw') });
    expect(token).toBe(want.token);
    expect(record.rank).toBe(want.rank);
    expect(record.u).toBe(tokenUniform(9, i, 17, 'draw'));
    for (const [got, exact] of [
      [record.logProbability, want.logProbability],
      [record.entropy, want.entropy],
      [record.keptMass, want.keptMass],
      [record.drawnLogProbability!, want.drawnLogProbability],
    ] as const)
      expect(got).toBeCloseTo(exact, 10);
  }
});

test('the trace has the logits after the model and after each stage; without asking there is none', () => {
  const chain = [T(0.5), K(2)];
  const { token, trace, record } = chooseToken(half, context(), chain, startChain(chain), { u: 0.9, trace: true });
  expect(trace!.logits.length).toBe(3);
  expect([...trace!.logits[0]!]).toEqual([...half]);
  expect([...trace!.logits[1]!]).toEqual([...half].map((l) => l / 0.5));
  expect([...trace!.logits[2]!].filter((l) => l > -Infinity).length).toBe(2);
  expect([...trace!.probabilities]).toEqual([expect.closeTo(0.8, 6), expect.closeTo(0.2, 6), 0, 0]);
  expect(trace).toMatchObject({ u: 0.9, token: 1 });
  expect(token).toBe(1);
  expect(record).toMatchObject({
    rank: 1,
    u: 0.9,
    by: 'model',
    logProbability: expect.closeTo(Math.log(0.25), 6),
    drawnLogProbability: expect.closeTo(Math.log(0.2), 6),
    entropy: expect.closeTo(1.75 * Math.LN2, 6),
    keptMass: expect.closeTo(0.75, 6),
  });
  expect(chooseToken(half, context(), chain, startChain(chain), { u: 0.9 }).trace).toBeUndefined();
  expect(applyChain(half, context(), [], [], {}).trace).toBeUndefined();
});

test('memories: μ moves by η times the error of the surprise, before the cut for mirostat and after it for mirostat 2', () => {
  const run = (adaptive: StageUse, p: readonly number[], u: number) => {
    const chain = [presence, adaptive];
    const state = startChain(chain);
    const choice = chooseToken(Float64Array.from(p.map(Math.log)), context(), chain, state, { u });
    return { before: state, after: choice.state, token: choice.token };
  };
  // p ∝ 1/i and μ = 2: three of four are kept (see the cases by hand), and token 0 has 12/25 before the cut, 12/22
  // after it.
  const one = run(link('mirostat', { tau: 1, eta: 0.5 }), [12 / 25, 6 / 25, 4 / 25, 3 / 25], 0);
  const two = run(link('mirostat_v2', { tau: 1, eta: 0.5 }), [0.5, 0.25, 0.125, 0.125], 0.99);
  expect(one.before).toEqual([undefined, { mu: 2 }]);
  expect(one.after).toEqual([undefined, { mu: expect.closeTo(2 - 0.5 * (Math.log2(25 / 12) - 1), 9) }]);
  expect(two.token).toBe(1);
  expect(two.after).toEqual([undefined, { mu: expect.closeTo(2 - 0.5 * (Math.log2(3) - 1), 6) }]); // ⅓ of the two kept
  expect(two.before).toEqual([undefined, { mu: 2 }]); // a branch may go on from it
});

test('a token from outside the support, picked by a reader, does not break a memory', () => {
  const chain = [link('mirostat_v2', { tau: 1, eta: 0.1 })];
  const state = startChain(chain);
  const applied = applyChain(half, context(), chain, state);
  expect(observeChain(chain, state, applied, 3)).toEqual([{ mu: expect.closeTo(2 - 0.1 * 63, 9) }]);
});

test('broken logits name their maker and their place', () => {
  expect(() => applyChain(Float32Array.of(0, NaN), context(), [], [])).toThrow('The model gave NaN for token 1');
  expect(() => applyChain(Float32Array.of(0, Infinity), context(), [], [])).toThrow(
    'The model gave +Infinity for token 1',
  );
  const biased = [link('logit_bias', { biases: '9:1' })];
  expect(() => applyChain(half, context(), biased, startChain(biased))).toThrow(
    'names token 9, but the model has only tokens 0 to 3',
  );
});

test('greedy: the first of the largest, its record without a draw', () => {
  expect(greedyToken(Float32Array.of(0, 2, 2, 1))).toMatchObject({
    token: 1,
    record: { rank: 0, u: null, drawnLogProbability: null, keptMass: 1 },
  });
});
