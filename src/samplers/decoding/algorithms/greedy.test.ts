// Greedy decoding with stages: the most likely token of what they leave.
import { describe, expect, test } from 'vitest';
import '../grammar/grammars.ts';
import { uniforms } from '../../../math/uniform.ts';
import { applyChain, startChain } from '../chain.ts';
import { argMax } from '../draw.ts';
import { stages, type StageId } from '../stages.ts';
import { randomModel, runSync, tinyRequest } from '../testing.ts';
import type { AnyField } from '../../../core/field.ts';
import type { Chain, Stage } from '../types.ts';
import { greedy } from './greedy.ts';
import { sampling } from './sampling.ts';
import { table } from './watching.ts';

const ids = Object.keys(stages) as StageId[];
const defaults = (id: StageId, some: object = {}) => ({
  stage: id,
  params: {
    ...Object.fromEntries(
      Object.entries(stages[id].params as Record<string, AnyField>).map(([k, f]) => [k, f.default]),
    ),
    ...some,
  },
});

describe('by hand', () => {
  const model = table({ '*': [0.4, 0.35, 0.25] });
  const write = (chain: Chain, maxTokens = 6) =>
    runSync(greedy, tinyRequest({ vocab: 3, prompt: [2], maxTokens, chain }), { target: model }).samples[0]!;
  test('nothing, a bias, a frequency penalty that takes turns, and no token twice', () => {
    expect(write([]).tokens).toEqual([0, 0, 0, 0, 0, 0]);
    expect(write([defaults('logit_bias', { biases: '1:0.2' })]).tokens).toEqual([1, 1, 1, 1, 1, 1]);
    // ln 0.4, 0.35, 0.25 = −0.916, −1.050, −1.386; each use costs 0.4, and the prompt has used token 2 once.
    const penalty = defaults('frequency_penalty', { penalty: 0.4 });
    expect(write([penalty]).tokens).toEqual([0, 1, 0, 1, 0, 2]);
    const own = defaults('frequency_penalty', { penalty: 0.4, prompt: false });
    expect(write([own]).tokens).toEqual([0, 1, 0, 2, 1, 0]);
    expect(write([defaults('no_repeat_ngram', { n: 1 })], 3).tokens).toEqual([0, 1, 0]);
  });
  test('the record has the model’s own figures, and no draw', () => {
    const { records } = write([defaults('logit_bias', { biases: '0:-inf' })], 1);
    expect(records[0]).toMatchObject({ rank: 1, u: null, drawnLogProbability: null, by: 'model' });
    expect(records[0]!.logProbability).toBeCloseTo(Math.log(0.35), 6);
    expect(records[0]!.keptMass).toBeCloseTo(0.6, 6);
  });
});

test('is what sampling tends to as the temperature goes to 0, with any of the stages it takes', () => {
  const target = randomModel({ vocab: 12, seed: 5 });
  for (const id of ids.filter((s) => (stages[s] as Stage).reorders)) {
    const settings: Partial<Record<StageId, object>> = {
      logit_bias: { biases: '3:2,5:-1' },
      bad_words: { words: '3,5 1' },
      grammar: { text: 'root ::= ([a-f] [g-l])*' },
    };
    const chain = [defaults(id, (settings[id] ?? {}) as never)];
    const request = tinyRequest({ vocab: 12, maxTokens: 30, seed: 4 });
    const texts = [
      runSync(greedy, { ...request, chain }, { target }),
      runSync(sampling, { ...request, chain: [...chain, defaults('temperature', { temperature: 0.001 })] }, { target }),
    ].map((r) => r.samples[0]!.tokens);
    expect(texts[0], id).toEqual(texts[1]);
  }
});

test('only stages that can change which token is the most likely are taken', () => {
  const context = (u: number) => ({
    history: [0, 1, 0, 1, 0],
    promptLength: 0,
    endTokens: [0, 1],
    uniform: () => u,
    text: () => 'x',
    vocabulary: { size: 6, bytes: (t: number) => Uint8Array.of(97 + t), endTokens: [] },
  });
  const telling: Partial<Record<StageId, object>> = {
    logit_bias: { biases: '0:1' },
    bad_words: { words: '0' },
    typical_p: { p: 0.3 },
    grammar: { text: 'root ::= [a-c]+' },
  };
  for (const id of ids.filter((s) => s !== 'xtc')) {
    let moved = 0;
    for (let seed = 0; seed < 200; seed++) {
      const row = Float64Array.from(uniforms(seed, 3, 6), (u) => 2 * u);
      const chain = [defaults(id, telling[id])];
      const { trace } = applyChain(row, context(0.5), chain, startChain(chain), { trace: true });
      if (argMax(trace![1]!) !== argMax(row)) moved++;
    }
    expect(moved > 0, id).toBe((stages[id] as Stage).reorders === true);
  }
});
