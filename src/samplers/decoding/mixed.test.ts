// Algorithms that draw from several distributions: by hand, at the knobs where they are plain sampling, and what they cost.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { algorithms } from './algorithms.ts';
import { candidateLayers, jensenShannon } from './algorithms/dola.ts';
import { collect } from './algorithms/watching.ts';
import { softmax } from './draw.ts';
import { contrast } from './mixed.ts';
import { randomModel, runSync, tinyRequest, type TableModel } from './testing.ts';
import type { Algorithm, DecodeOp, DecodeRequest } from './types.ts';

const vocab = 5;
const target = randomModel({ vocab, seed: 1 });
const draft = randomModel({ vocab, seed: 2 });
const models = { target, draft };
const { cfg, contrastive_decoding, dola, sampling } = algorithms;
const chain = [
  { stage: 'repetition_penalty', params: { penalty: 1.4, lastN: -1, prompt: true } },
  { stage: 'mirostat_v2', params: { tau: 1.5, eta: 0.4 } },
];
const request = (some: Partial<DecodeRequest> = {}) =>
  tinyRequest({ vocab, prompt: [0, 3, 1], samples: 3, maxTokens: 7, endTokens: [4], ...some });
const off = { alpha: 0, strength: 0 };
const texts = <P>(algorithm: Algorithm<P>, r: DecodeRequest, params: NoInfer<P>, of = models) =>
  runSync(algorithm, r, of, params).samples.map((s) => [s.tokens, s.records.map((x) => x.u), s.why]);

describe('plain sampling, token by token', () => {
  const plain = texts(sampling, request({ chain }), {});
  test.each<[string, () => unknown]>([
    ['guidance 1', () => texts(cfg, request({ chain }), { guidance_scale: 1, negative_prompt: '' })],
    [
      'guidance 1 away from a prompt',
      () => texts(cfg, request({ chain }), { guidance_scale: 1, negative_prompt: 'cab' }),
    ],
    [
      'guidance by the prompt itself',
      () => texts(cfg, request({ chain }), { guidance_scale: 1.7, negative_prompt: 'adb' }),
    ],
    ['no amateur', () => texts(contrastive_decoding, request({ chain }), { ...off, amateur_temperature: 1 })],
    ['no premature layer', () => texts(dola, request({ chain }), { ...off, dola_layers: 'low' })],
  ])('%s', (_, made) => expect(made()).toEqual(plain));

  test('guidance 0 is the model after the negative prompt', () => {
    const there = texts(sampling, request({ prompt: [2, 0, 1] }), {});
    expect(texts(cfg, request({ prompt: [4, 4, 4] }), { guidance_scale: 0, negative_prompt: 'cab' })).toEqual(there);
  });
  test.each([
    ['an amateur that is the expert', contrastive_decoding, { amateur_temperature: 1 }],
    ['a premature layer that is the last', dola, { dola_layers: '1,2' }],
  ] as [string, Algorithm, object][])('%s: plain at temperature 1/(1 − λ)', (_, algorithm, more) => {
    const same: TableModel = { ...target, early: (prefix) => target.logits(prefix) };
    const heated = [{ stage: 'temperature', params: { temperature: 1 / (1 - 0.6) } }];
    expect(texts(algorithm, request(), { ...more, alpha: 0, strength: 0.6 }, { target: same, draft: target })).toEqual(
      texts(sampling, request({ chain: heated }), {}),
    );
  });
});

describe('by hand', () => {
  test('guidance: p ∝ p′ · (p/p′)^γ', () => {
    const rows: Record<string, number[]> = { '1': [0.5, 0.25, 0.25], '0': [0.2, 0.5, 0.3] };
    const model: TableModel = {
      vocab: 3,
      logits: (prefix) => Float32Array.from(rows[String(prefix[0])]!, (p) => Math.log(p) + 3),
    };
    const { mix } = cfg.mixing!(
      { prompt: [1], vocab: 3, encode: () => [0] },
      { guidance_scale: 2, negative_prompt: 'x' },
    );
    const p = softmax(mix(model.logits([1]), { beside: model.logits([0]) }, model.logits([1])).logits);
    const want = [0.5 ** 2 / 0.2, 0.25 ** 2 / 0.5, 0.25 ** 2 / 0.3];
    const sum = want.reduce((a, b) => a + b);
    want.forEach((w, t) => expect(p[t]).toBeCloseTo(w / sum, 6));
  });
  test('a contrast: log ratios of what is plausible, −∞ for the rest', () => {
    const own = [0.6, 0.3, 0.06, 0.04].map(Math.log);
    const other = [0.3, 0.6, 0.05, 0.05].map((p) => Math.log(p) - 2);
    const kept = contrast(own, other, { alpha: 0.1, strength: 1 });
    expect([...kept]).toEqual(
      [Math.LN2, -Math.LN2, Math.log(1.2), -Infinity].map((v) =>
        v === -Infinity ? v : (expect.closeTo(v, 12) as number),
      ),
    );
    // Exactly at the bar stays; what the other has no row for goes; what it rules out is not infinitely good.
    expect(contrast([0, Math.log(0.5)], [0, 0], { alpha: 0.5, strength: 0 })[1]).toBeGreaterThan(-Infinity);
    expect(contrast([0, 0], [0], { alpha: 0, strength: 1 })[1]).toBe(-Infinity);
    expect(contrast([0, 0], [0, -Infinity], { alpha: 0, strength: 1 })[1]).toBeCloseTo(1000 - Math.LN2, 9);
  });
  test('the amateur’s temperature heats the amateur alone; rows that the expert lacks are padding', () => {
    const { mix } = contrastive_decoding.mixing!(
      { prompt: [0], vocab: 2 },
      { alpha: 0, strength: 1, amateur_temperature: 2 },
    );
    const own = Float32Array.of(0, 0);
    const { logits } = mix(own, { beside: Float32Array.of(3, 1, 50) }, own);
    expect(logits[1]! - logits[0]!).toBeCloseTo(1, 12);
  });
  test('Jensen-Shannon: 0 for equals, ln 2 apart, a case between', () => {
    const js = (p: number[], q: number[]) => jensenShannon(Float64Array.from(p), Float64Array.from(q));
    expect(js([0.3, 0.7], [0.3, 0.7])).toBe(0);
    expect(js([1, 0], [0, 1])).toBeCloseTo(Math.LN2, 15);
    expect(js([1, 0], [0.5, 0.5])).toBeCloseTo(
      0.5 * Math.log(4 / 3) + 0.5 * (0.5 * Math.log(2 / 3) + 0.5 * Math.LN2),
      15,
    );
  });
  test('DoLa takes the layer that is farthest, place by place', () => {
    const { mix, layers } = dola.mixing!(
      { prompt: [0], vocab: 2, depth: { layers: 4, tied: false } },
      { dola_layers: '2, 0', ...off },
    );
    expect(layers).toEqual([0, 2]);
    const [near, far] = [Float32Array.of(0, 0.1), Float32Array.of(0, 9)];
    const own = Float32Array.of(0, 0);
    expect(mix(own, { early: [near, far] }, own).title).toBe('Contrasted with layer 2');
    expect(mix(own, { early: [far, near] }, own).parts.map((p) => p.title)).toEqual(['Layer 0, premature', 'Layer 2']);
    expect(mix(own, { early: [far, near] }, own).words[0]).toMatch(/layer 0 0\.\d{3}, layer 2 0\.000/);
  });
  test.each([
    ['low', 32, false, [0, 2, 4, 6, 8, 10, 12, 14]],
    ['high', 32, false, [16, 18, 20, 22, 24, 26, 28, 30]],
    ['low', 12, true, [2, 4]],
    ['low', 80, false, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]],
    ['high', 60, false, [40, 42, 44, 46, 48, 50, 52, 54, 56, 58]],
    ['low', 4, true, [2]],
    ['low', 2, true, [1]],
    ['low', 1, true, [0]],
    ['high', 3, true, [1]],
    ['5, 1,5', 8, false, [1, 5]],
  ] as const)('candidates %s of %d layers', (text, layers, tied, want) =>
    expect(candidateLayers(text, layers, tied)).toEqual(want),
  );
});

test('what each costs: two rows a pass, a pass of the draft, no more than plain sampling', () => {
  const ops: DecodeOp[] = [];
  const run = (algorithm: Algorithm) => {
    ops.length = 0;
    const { passes, fed } = runSync(
      collect(algorithm, ops),
      request({ endTokens: [] }),
      models,
      defaults(algorithm.params),
    );
    return [passes.target, passes.draft, fed.target, fed.draft];
  };
  expect(run(sampling)).toEqual([7, 0, 3 + 18, 0]);
  expect(run(cfg)).toEqual([7, 0, 3 + 1 + 36, 0]);
  expect(run(contrastive_decoding)).toEqual([7, 7, 3 + 18, 3 + 18]);
  expect(run(dola)).toEqual([7, 0, 3 + 18, 0]);
  expect(ops.flatMap((o) => (o.op === 'forward' ? [o.early] : []))).toEqual(Array(7).fill([0]));
});

test('a negative prompt longer than the prompt ends the text where its own context ends', () => {
  const [s] = runSync(cfg, request({ context: 8, samples: 1, endTokens: [] }), models, {
    guidance_scale: 2,
    negative_prompt: 'abcab',
  }).samples;
  expect([s!.tokens.length, s!.why]).toEqual([3, 'length']);
});

test('a branch goes on after both prompts with what was written', () => {
  const ops: DecodeOp[] = [];
  const r = request({ prompt: [0, 3, 1, 2, 2], continued: 2, samples: 1 });
  runSync(collect(cfg, ops), r, models, { guidance_scale: 2, negative_prompt: 'ca' });
  const first = ops.find((o) => o.op === 'forward');
  expect(first?.op === 'forward' && first.rows.map((x) => x.tokens)).toEqual([
    [0, 3, 1, 2, 2],
    [2, 0, 2, 2],
  ]);
  expect(cfg.mixing!(r, { guidance_scale: 2, negative_prompt: '' }).beside!.prompt).toEqual([1, 2, 2]);
});

test('what cannot be mixed is refused in words', () => {
  const { encode, depth, ...bare } = request();
  expect(encode && depth).toBeTruthy();
  expect(() => cfg.mixing!(bare, { guidance_scale: 2, negative_prompt: 'a' })).toThrow(
    /this model has none: leave it empty/,
  );
  expect(() => cfg.mixing!({ ...bare, encode: () => [] }, { guidance_scale: 2, negative_prompt: ' ' })).toThrow(
    'The negative prompt " " has no token',
  );
  expect(() => dola.mixing!(bare, { ...off, dola_layers: 'low' })).toThrow(/of this model none can be read/);
  expect(() => dola.mixing!(request(), { ...off, dola_layers: '1,4' })).toThrow(
    "DoLa cannot contrast with layer 4: this model has 4 layers, so 0 to 3 come before its last one's end.",
  );
  const { dola_layers } = dola.params;
  expect(dola_layers.kind === 'text' && dola_layers.refuse('middle')).toMatch(/^"middle" names no layers/);
  expect(dola_layers.parse('middle')).toBeUndefined();
});
