// The grammar stage under algorithms that search: what is left is the likeliest of the language, and the text is of it.
import { beforeAll, describe, expect, test } from 'vitest';
import { algorithms, type AlgorithmId } from './algorithms.ts';
import { loadGrammars } from './grammar/load.ts';
import { randomModel, runSync, tinyRequest } from './testing.ts';
import { logSoftmax } from './draw.ts';
import type { Algorithm } from './types.ts';

beforeAll(loadGrammars);
const vocab = 5;
/** Letters a to d; e ends. */
const grammar = (text: string) => [{ stage: 'grammar', params: { kind: 'gbnf', text } }];
const request = (text: string, some = {}) =>
  tinyRequest({ vocab, prompt: [3], maxTokens: 4, endTokens: [4], chain: grammar(text), ...some });
const searches: readonly (readonly [AlgorithmId, object])[] = [
  ['greedy', {}],
  ['beam', { beams: 3, length_penalty: 1, early: 'never' }],
  ['diverse_beam', { beams: 4, num_beam_groups: 2, diversity_penalty: 0.4, length_penalty: 1, early: 'never' }],
  ['contrastive', { k: 3, alpha: 0.6 }],
  ['contrastive_decoding', { alpha: 0.1, strength: 1, amateur_temperature: 1 }],
  ['cfg', { guidance_scale: 2, negative_prompt: '' }],
  ['dola', { dola_layers: 'low', alpha: 0, strength: 1 }],
  ['cot_decoding', { k: 4, answer: 'text', aggregate: false }],
];

describe.each(searches)('%s', (id, params) => {
  const algorithm: Algorithm = algorithms[id];
  const models = (seed: number) => ({ target: randomModel({ vocab, seed }), draft: randomModel({ vocab, seed: 99 }) });
  test('writes texts of the grammar only', () => {
    for (let seed = 0; seed < 25; seed++) {
      const [s] = runSync(algorithm, request('root ::= ("ab" | "cd")+'), models(seed), params).samples;
      expect(s!.tokens.map((t) => String.fromCharCode(97 + t)).join('')).toMatch(/^(ab|cd)+(e|$)/);
    }
  });
  test('says where nothing is allowed', () => {
    // After x nothing can come, and no token is x.
    const [s] = runSync(algorithm, request('root ::= "ax"'), models(1), params).samples;
    expect([s!.tokens.join(''), s!.why]).toEqual(['', 'nothing allowed']);
  });
});

test('beams find the likeliest text of a finite language, by the model’s own log-probability', () => {
  const texts = ['abe', 'acde', 'bade', 'dcbae', 'ce'];
  for (let seed = 0; seed < 20; seed++) {
    const target = randomModel({ vocab, seed, spread: 3 });
    const sum = (text: string) =>
      [...text].reduce((total, c, i) => {
        const before = [3, ...[...text.slice(0, i)].map((x) => x.charCodeAt(0) - 97)];
        return total + logSoftmax(target.logits(before))[c.charCodeAt(0) - 97]!;
      }, 0);
    const best = texts.map((text) => [sum(text), text] as const).sort((x, y) => y[0] - x[0])[0]!;
    const { samples } = runSync(
      algorithms.beam,
      request('root ::= "ab" | "acd" | "bad" | "dcba" | "c"', { maxTokens: 5 }),
      { target },
      { beams: 8, length_penalty: 0, early: 'never' },
    );
    expect(samples[0]!.tokens.map((t) => String.fromCharCode(97 + t)).join('')).toBe(best[1]);
    expect(samples[0]!.score).toBeCloseTo(best[0], 5);
    // What the model itself thought of it is what the record says; what a grammar left of that, its kept mass.
    expect(samples[0]!.records.some((r) => r.keptMass < 1)).toBe(true);
  }
});
