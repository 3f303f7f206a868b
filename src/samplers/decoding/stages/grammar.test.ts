// The stage in decoding: whole texts, their distribution, where they end, and why.
import { describe, expect, test } from 'vitest';
import '../grammar/grammars.ts';
import { defaults } from '../../../core/field.ts';
import { detectableBias, gTest } from '../../../math/chiSquare.ts';
import { algorithms, type AlgorithmId } from '../algorithms.ts';
import { softmax } from '../draw.ts';
import { gpuDraw, refuseChain } from '../refuse.ts';
import { stages } from '../stages.ts';
import { randomModel, runSync, tinyRequest } from '../testing.ts';
import type { Algorithm, StageUse } from '../types.ts';

const use = (text: string, kind = 'gbnf'): StageUse => ({ stage: 'grammar', params: { kind, text } });
const END = 5;
const target = randomModel({ vocab: 6, seed: 3, spread: 1 });
const draft = randomModel({ vocab: 6, seed: 4, spread: 1 });
/** Tokens a b c d e, and the end. */
const ask = (chain: readonly StageUse[], more: object = {}) =>
  tinyRequest({ vocab: 6, endTokens: [END], maxTokens: 8, chain, ...more });
const word = (tokens: readonly number[]) => tokens.map((t) => 'abcde'[t] ?? '.').join('');

/** Texts of the grammar below with their probabilities: the model's, shared out anew among what may follow. */
const TEXTS = /^(a(b|cc?)?)\.$/;
const BEGINNINGS = /^(a(b|cc?)?)?\.?$/;
const GRAMMAR = 'root ::= "a" ("b" | "c"{1,2})?';
function exactTexts(prompt: readonly number[]): Map<string, number> {
  const out = new Map<string, number>();
  const visit = (made: readonly number[], p: number): void => {
    const row = target.logits([...prompt, ...made]);
    const may = [...row.keys()].filter((t) => {
      const text = word([...made, t]);
      return t === END ? TEXTS.test(text) : BEGINNINGS.test(text);
    });
    const raw = softmax(row);
    const sum = may.reduce((s, t) => s + raw[t]!, 0);
    for (const t of may) {
      if (t === END) out.set(word([...made, t]), (p * raw[t]!) / sum);
      else visit([...made, t], (p * raw[t]!) / sum);
    }
  };
  visit([], 1);
  return out;
}

const SAMPLES = 4000;
describe('whole texts have the model’s probabilities, shared out among what the grammar allows', () => {
  test.each<AlgorithmId>(['sampling', 'speculative', 'prompt_lookup', 'arithmetic'])('%s', (id) => {
    const algorithm: Algorithm = algorithms[id];
    const params = {
      ...(defaults(algorithm.params as never) as object),
      ...(id === 'arithmetic' && { codes: 'random' }),
    };
    const prompt = [0, 2, 0, 1];
    const { samples } = runSync(
      algorithm,
      ask([use(GRAMMAR)], { prompt, samples: SAMPLES, seed: 9 }),
      { target, draft },
      params,
    );
    const want = exactTexts(prompt);
    const counts = Float64Array.from(want.keys(), (text) => samples.filter((s) => word(s.tokens) === text).length);
    expect(counts.reduce((a, b) => a + b)).toBe(SAMPLES);
    const { p, degrees } = gTest(counts, [...want.values()]);
    expect(degrees).toBe(3);
    // What a bias would have to be to be missed one time in five.
    expect(detectableBias(SAMPLES, degrees, 0.001)).toBeLessThan(0.06);
    expect(p).toBeGreaterThan(0.001);
  });
});

test('greedy, and best of N, write texts of the grammar', () => {
  const one = runSync(algorithms.greedy, ask([use(GRAMMAR)]), { target });
  expect(word(one.samples[0]!.tokens)).toMatch(TEXTS);
  const many = runSync(algorithms.best_of_n, ask([use(GRAMMAR)], { samples: 3 }), { target });
  for (const { tokens } of many.samples) expect(word(tokens)).toMatch(TEXTS);
});

test('among allowed tokens the logits are those that came, to the last bit', () => {
  const context = {
    ...tinyRequest({ vocab: 6, endTokens: [END] }),
    history: [3, 0],
    promptLength: 1,
    uniform: () => 0,
  };
  const logits = Float64Array.from(target.logits([3, 0]));
  const out = stages.grammar.apply(logits, context, { kind: 'gbnf', text: GRAMMAR }, undefined);
  expect([...out]).toEqual([...logits].map((l, t) => ([1, 2, END].includes(t) ? l : -Infinity)));
});

describe('where nothing is allowed the text ends and says why', () => {
  const ends = (chain: readonly StageUse[], id: AlgorithmId = 'sampling', more: object = {}) => {
    const algorithm: Algorithm = algorithms[id];
    const details: (string | undefined)[] = [];
    const run = algorithm.run(ask(chain, more), defaults(algorithm.params as never));
    const spy = {
      ...algorithm,
      *run(): ReturnType<typeof algorithm.run> {
        for (let step = run.next(); !step.done;) {
          if (step.value.op === 'end') details.push(step.value.detail);
          step = run.next(yield step.value);
        }
      },
    };
    const { samples } = runSync(spy as Algorithm, ask(chain, more), { target, draft }, {});
    return { why: samples.map((s) => s.why), texts: samples.map((s) => word(s.tokens)), details };
  };

  test.each<AlgorithmId>(['sampling', 'speculative', 'best_of_n', 'greedy'])(
    '%s: a grammar that the vocabulary cannot write',
    (id) => {
      const { why, texts, details } = ends([use('root ::= "x"')], id);
      expect([why, texts]).toEqual([['nothing allowed'], ['']]);
      expect(details[0]).toBe(
        'The grammar allows nothing: this model has no tokens for the characters that every text of it needs.',
      );
    },
  );
  test('a branch’s picked token that the grammar does not allow', () => {
    const { why, details } = ends([use('root ::= "ab"')], 'sampling', { prompt: [0, 0, 2], continued: 2 });
    expect(why).toEqual(['nothing allowed']);
    expect(details).toEqual([
      'The grammar allows nothing at token 3 of the text, because the text left it at token 2, which it does not allow there.',
    ]);
  });
  test('stages before it that left only what it does not allow', () => {
    const chain = [{ stage: 'logit_bias', params: { biases: '0:-inf' } }, use('root ::= "ab"')];
    expect(ends(chain).details[0]).toMatch(
      /^The grammar allows one token at token 1 of the text, and the stages before it had removed it: put Grammar first/,
    );
  });
  test('a grammar without end tokens in the model: a complete text ends there', () => {
    const { why, texts, details } = ends([use('root ::= "ab"')], 'sampling', { endTokens: [] });
    expect([why, texts]).toEqual([['nothing allowed'], ['ab']]);
    expect(details[0]).toMatch(/at token 3 of the text. The text is complete/);
  });
});

test('a grammar is refused with its line and column; only the CPU draws with one', () => {
  expect(refuseChain([use('root ::= "a')])[0]).toMatch(/^Line 1, column 10/);
  expect(refuseChain([use('root ::= "a" root')])[0]).toMatch(/^No text follows this grammar/);
  expect(refuseChain([use('{"not": {}}', 'json_schema')])[0]).toMatch(/^At #: the keyword "not"/);
  expect(refuseChain([use('  ')])[0]).toMatch(/Grammar/);
  const cut = { stage: 'top_k', params: { k: 2 } };
  expect(gpuDraw([cut])).not.toBeNull();
  expect(gpuDraw([use(GRAMMAR), cut])).toBeNull();
});
