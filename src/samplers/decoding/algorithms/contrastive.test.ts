import { expect, test } from 'vitest';
import { randomModel, runSync, tinyRequest, type TableModel } from '../testing.ts';
import { contrastive } from './contrastive.ts';
import { greedy } from './greedy.ts';

const vocab = 8;

/** Equation 5 word for word: no copies, no kept states, everything from the prefix. */
function direct(model: TableModel, prompt: readonly number[], count: number, k: number, alpha: number): number[] {
  const tokens = [...prompt];
  for (let n = 0; n < count; n++) {
    const logits = [...model.logits(tokens)];
    const total = logits.reduce((s, l) => s + Math.exp(l), 0);
    const p = logits.map((l) => Math.exp(l) / total);
    const candidates = p
      .map((_, t) => t)
      .sort((a, b) => p[b]! - p[a]!)
      .slice(0, k);
    const value = (v: number) => {
      const h = model.hidden!([...tokens, v]);
      const cosines = tokens.map((_, j) => {
        const o = model.hidden!(tokens.slice(0, j + 1));
        let dot = 0;
        let a = 0;
        let b = 0;
        h.forEach((x, i) => {
          dot += x * o[i]!;
          a += x * x;
          b += o[i]! * o[i]!;
        });
        return dot / Math.sqrt(a * b);
      });
      return (1 - alpha) * p[v]! - alpha * Math.max(...cosines);
    };
    tokens.push(candidates.reduce((best, v) => (value(v) > value(best) ? v : best)));
  }
  return tokens.slice(prompt.length);
}

test.each([
  [4, 0.6],
  [3, 0.3],
  [8, 1],
  [2, 0.05],
])('follows its definition: k = %i, α = %f', (k, alpha) => {
  let differs = 0;
  for (let seed = 0; seed < 12; seed++) {
    const model = randomModel({ vocab, seed });
    const request = tinyRequest({ vocab, prompt: [1, seed % vocab, 2], maxTokens: 6 });
    const run = runSync(contrastive, request, { target: model }, { k, alpha });
    expect(run.samples[0]!.tokens).toEqual(direct(model, request.prompt, 6, k, alpha));
    expect([run.passes.target, run.mostOpen]).toEqual([7, k]); // the prompt, then one pass a token
    if (run.samples[0]!.tokens.join() !== runSync(greedy, request, { target: model }).samples[0]!.tokens.join())
      differs++;
  }
  if (alpha > 0.1) expect(differs).toBeGreaterThan(6);
});

test.each([
  [4, 0],
  [1, 0.9],
])('is greedy with k = %i, α = %f', (k, alpha) => {
  const models = { target: randomModel({ vocab, seed: 5 }) };
  const request = tinyRequest({ vocab, maxTokens: 9 });
  expect(runSync(contrastive, request, models, { k, alpha }).samples[0]!.tokens).toEqual(
    runSync(greedy, request, models).samples[0]!.tokens,
  );
});

test('a state of zeros is like nothing', () => {
  const model = randomModel({ vocab, seed: 5 });
  const run = runSync(contrastive, tinyRequest({ vocab }), { target: { ...model, hidden: () => new Float32Array(4) } });
  expect(run.samples[0]!.tokens).toEqual(runSync(greedy, tinyRequest({ vocab }), { target: model }).samples[0]!.tokens);
});

test('refuses a second sample', () =>
  expect(contrastive.refuse!({ samples: 2, maxTokens: 3, chain: [] }, { k: 4, alpha: 0.6 })).toMatch(
    /all be the same/,
  ));
