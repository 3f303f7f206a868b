// Whatever its fields allow and whatever a model gives, a stage makes a distribution: no NaN, no +Infinity, never an
// empty support, never one that grew. Values of every field are drawn from its ends, its default, close to its ends, and
// between them; rows reach the largest float32 and −Infinity; histories go from nothing to 600 times one token.
import { describe, expect, test } from 'vitest';
import './grammar/grammars.ts';
import type { AnyField, ParamValue } from '../../core/field.ts';
import { uniforms } from '../../math/uniform.ts';
import { applyChain, observeChain, startChain, type ChainState } from './chain.ts';
import { descending, draw, softmax } from './draw.ts';
import { refuseChain } from './refuse.ts';
import { stages, type StageId } from './stages.ts';
import type { Vocabulary } from './grammar/trie.ts';
import type { Chain, Stage, StageContext } from './types.ts';

const stageIds = Object.keys(stages) as StageId[];
type Random = () => number;
const randomOf = (seed: number): Random => {
  const numbers = uniforms(seed, 77, 4096);
  let at = 0;
  return () => numbers[at++ % numbers.length]!;
};
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const LARGEST = 3.4028234663852886e38;

/** Grammars under which every token may follow every history: what stage and model make of a row is what is tried. */
const GRAMMARS = ['root ::= .+', 'root ::= ("t" [0-9]+)*', 'root ::= x root | ""\nx ::= "t" | [0-9]'];
/** Texts for fields with a grammar of their own. */
const texts: Readonly<Record<string, (random: Random, vocab: number) => string>> = {
  text: (random) => pick(random, GRAMMARS),
  breakers: (random) => pick(random, ['', '\\n,:,",*', 'x', 'never', '\\,', 't1']),
  words: (random, vocab) => pick(random, ['0', '0 0', `${vocab - 1},0 ${vocab - 1}`, ` ${vocab - 1}  0 `]),
  biases: (random, vocab) =>
    pick(random, [
      '0:-100',
      '0:100',
      '0:-inf',
      Array.from({ length: Math.min(vocab, 300) }, (_, i) => `${i}:-inf`).join(','),
      Array.from({ length: Math.min(vocab, 300) }, (_, i) => `${i}:${(200 * random() - 100).toFixed(3)}`).join(','),
    ]),
};
function valueOf(key: string, field: AnyField, random: Random, vocab: number): ParamValue {
  switch (field.kind) {
    case 'number': {
      const { min, max } = field;
      const close = (max - min) * 10 ** (-12 * random());
      const value = pick(random, [
        min,
        max,
        field.default,
        min + close,
        max - close,
        min + (max - min) * random(),
        min + Math.min(max - min, 40) * random(),
      ]);
      return field.integer ? Math.round(value) : value;
    }
    case 'choice':
      return pick(random, field.options).value;
    case 'boolean':
      return random() < 0.5;
    case 'text':
      return texts[key]!(random, vocab);
    default:
      return field satisfies never;
  }
}
const paramsOf = (stage: Stage, random: Random, vocab: number) =>
  Object.fromEntries(
    Object.entries(stage.params as Record<string, AnyField>).map(([key, f]) => [key, valueOf(key, f, random, vocab)]),
  );

/** A row as a model may give it: at least one finite logit. */
function rowOf(random: Random, vocab: number): Float32Array {
  const kind = Math.floor(random() * 7);
  const scale = pick(random, [1e-40, 1e-6, 1, 30, 1e4, LARGEST]);
  const row = Float32Array.from({ length: vocab }, () => {
    const u = 2 * random() - 1;
    if (kind === 0) return 0;
    if (kind === 1) return scale;
    if (kind === 2) return pick(random, [LARGEST, -LARGEST, 0, 1]);
    if (kind === 3) return random() < 0.7 ? -Infinity : scale * u;
    if (kind === 4) return -Infinity;
    return kind === 5 ? pick(random, [u * scale, -0, 0, 1.4e-45]) : scale * u;
  });
  if (row.every((l) => l === -Infinity)) row[Math.floor(random() * vocab)] = scale * (2 * random() - 1);
  return row;
}
const vocabularies = new Map<number, Vocabulary>();
/** Tokens t0, t1, …: two more than a row has logits. */
function vocabularyOf(vocab: number): Vocabulary {
  let known = vocabularies.get(vocab);
  if (!known)
    vocabularies.set(
      vocab,
      (known = { size: vocab + 2, bytes: (t) => new TextEncoder().encode(`t${t}`), endTokens: [] }),
    );
  return known;
}
function contextOf(random: Random, vocab: number): StageContext {
  const length = pick(random, [0, 1, 2, 600]);
  const one = Math.floor(random() * vocab);
  const same = random() < 0.5;
  // A tokenizer may have more tokens than a row has logits.
  const history = Array.from({ length }, () => (same ? one : Math.floor(random() * (vocab + 2))));
  return {
    history,
    promptLength: Math.floor(random() * (length + 1)),
    uniform: () => random(),
    text: (token) => `t${token}`,
    vocabulary: vocabularyOf(vocab),
  };
}

function assertDistribution(after: Float64Array, before: ArrayLike<number>, what: string): void {
  let finite = 0;
  for (let i = 0; i < after.length; i++) {
    const l = after[i]!;
    if (Number.isNaN(l) || l === Infinity) throw new Error(`${what}: ${l} at ${i}`);
    if (l > -Infinity) {
      finite++;
      if (before[i] === -Infinity) throw new Error(`${what}: token ${i} came back`);
    }
  }
  expect(after.length, what).toBe(before.length);
  if (finite === 0) throw new Error(`${what}: nothing is left`);
  const p = softmax(after);
  const sum = p.reduce((a, b) => a + b, 0);
  if (!(Math.abs(sum - 1) < 1e-9)) throw new Error(`${what}: sums to ${sum}`);
  draw(p, 0.999999, descending(p, 0));
}

const VOCABS = [1, 2, 3, 17, 1500];
const TRIALS = 250;

describe('a stage by itself', () => {
  test.each(stageIds)('%s', (id: StageId) => {
    const stage: Stage = stages[id];
    let ran = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const random = randomOf(1000 * stageIds.indexOf(id) + trial);
      const vocab = VOCABS[trial % VOCABS.length]!;
      const params = paramsOf(stage, random, vocab);
      const chain: Chain = [{ stage: id, params }];
      if (refuseChain(chain).length > 0) continue;
      let state: ChainState = startChain(chain);
      // A stage with a memory is told of likely and of impossible tokens until its memory has gone as far as it goes.
      for (let told = 0; told < (stage.observe ? 30 : 1); told++) {
        const row = rowOf(random, vocab);
        const what = `${id} ${JSON.stringify(params).slice(0, 200)}, trial ${trial}, ${vocab} tokens`;
        const applied = applyChain(row, contextOf(random, vocab), chain, state, { trace: true });
        assertDistribution(applied.trace![1]!, row, what);
        state = observeChain(chain, state, applied, Math.floor(random() * vocab));
      }
      ran++;
    }
    // Not everything that the fields allow was refused.
    expect(ran).toBeGreaterThan(TRIALS / 4);
  });
});

test('stages after one another', () => {
  let ran = 0;
  for (let trial = 0; trial < 600; trial++) {
    const random = randomOf(90_000 + trial);
    const vocab = VOCABS[trial % VOCABS.length]!;
    const ids = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(random, stageIds));
    const chain = ids.map((id) => ({ stage: id, params: paramsOf(stages[id], random, vocab) }));
    if (refuseChain(chain).length > 0) continue;
    const row = rowOf(random, vocab);
    const { trace } = applyChain(row, contextOf(random, vocab), chain, startChain(chain), { trace: true });
    for (const [i, after] of trace!.slice(1).entries())
      assertDistribution(after, trace![i]!, `${ids.join(', ')} at ${i}, trial ${trial}`);
    ran++;
  }
  expect(ran).toBeGreaterThan(100);
});

test('dry leaves the logits alone when it has nothing to multiply, however long the repeat', () => {
  const params = { multiplier: 0, base: 4, allowed: 2, lastN: -1, breakers: '' };
  const context = { history: Array<number>(600).fill(1), promptLength: 0, uniform: () => 0, text: () => 'x' };
  const logits = Float64Array.of(0.5, 2, -1);
  expect(stages.dry.apply(logits, context, params, undefined)).toEqual(logits);
  // A penalty beyond all numbers removes the token.
  expect([...stages.dry.apply(logits, context, { ...params, multiplier: 0.1 }, undefined)]).toEqual([
    0.5,
    -Infinity,
    -1,
  ]);
});
