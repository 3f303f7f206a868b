// The stages that look at the text so far: how far they look, from which length on, what they take off, and the grammar
// of the lists that a reader writes.
import { describe, expect, test } from 'vitest';
import { gpuDraw, refuseChain } from './refuse.ts';
import { stages, type StageId } from './stages.ts';
import { parseBreakers, repeats, zArray } from './stages/dry.ts';
import { windowOf } from './stages/history.ts';
import { parseBias } from './stages/logitBias.ts';
import type { Chain, Stage, StageContext, StageUse } from './types.ts';

const context = (history: readonly number[], promptLength = 0): StageContext => ({
  history,
  promptLength,
  uniform: () => 0,
  text: (token) => ['a', '\n', 'b', 'c', 'd: e'][token] ?? null,
});
type Params = Readonly<Record<string, number | string | boolean>>;
const apply = (id: StageId, logits: readonly number[], c: StageContext, params: Params) => [
  ...(stages[id] as Stage).apply(Float64Array.from(logits), c, params, undefined),
];

describe('the window', () => {
  const zero = [0, 0, 0, 0];
  const used = (history: readonly number[], promptLength: number, lastN: number, prompt: boolean) =>
    apply('frequency_penalty', zero, context(history, promptLength), { penalty: 1, lastN, prompt }).map((l) => 0 - l);
  // 0 1 1 | 2 3 2: three of the prompt, three made.
  const text = [0, 1, 1, 2, 3, 2];
  test.each([
    [-1, true, [1, 2, 2, 1]],
    [-1, false, [0, 0, 2, 1]],
    [1, true, [0, 0, 1, 0]],
    [2, true, [0, 0, 1, 1]],
    [3, false, [0, 0, 2, 1]],
    [4, true, [0, 1, 2, 1]],
    [4, false, [0, 0, 2, 1]],
    [2, false, [0, 0, 1, 1]],
    [5, true, [0, 2, 2, 1]],
    [6, true, [1, 2, 2, 1]],
    [7, true, [1, 2, 2, 1]],
  ])('of the last %i tokens, prompt %s: uses %j', (lastN, prompt, want) => {
    expect(used(text, 3, lastN, prompt)).toEqual(want);
    expect(apply('presence_penalty', zero, context(text, 3), { penalty: -2, lastN, prompt })).toEqual(
      want.map((n) => (n > 0 ? 2 : 0)),
    );
    expect(apply('repetition_penalty', [1, 1, 1, 1], context(text, 3), { penalty: 4, lastN, prompt })).toEqual(
      want.map((n) => (n > 0 ? 0.25 : 1)),
    );
  });
  test('of nothing is empty', () => expect(windowOf(context([1, 2]), { lastN: 0, prompt: true })).toEqual([]));
  test('factors divide what is above 0 and multiply what is not; strangers are left alone', () => {
    const all = { lastN: -1, prompt: true };
    const row = [3, -3, 0, -Infinity];
    const seen = context([0, 1, 2, 3, 4, 9]);
    expect(apply('repetition_penalty', row, seen, { penalty: 2, ...all })).toEqual([1.5, -6, 0, -Infinity]);
    expect(apply('repetition_penalty', row, seen, { penalty: 0.5, ...all })).toEqual([6, -1.5, 0, -Infinity]);
    expect(apply('presence_penalty', row, seen, { penalty: 2, ...all })).toEqual([1, -5, -2, -Infinity]);
    expect(apply('frequency_penalty', row, context([0, 0, 0, 1, 4]), { penalty: 2, ...all })).toEqual([
      -3,
      -5,
      0,
      -Infinity,
    ]);
  });
  test.each(['repetition_penalty', 'presence_penalty', 'frequency_penalty', 'dry'] as const)(
    '%s refuses a window of nothing, not of one',
    (id) => {
      const refuse = (lastN: number) => (stages[id] as Stage).refuse!({ lastN });
      expect(refuse(0)).toContain('0 tokens looks at nothing');
      expect([refuse(1), refuse(-1)]).toEqual([null, null]);
    },
  );
});

describe('n-grams that may not come again', () => {
  const banned = (history: readonly number[], n: number) =>
    apply('no_repeat_ngram', [9, 8, 7, 6], context(history), { n }).flatMap((l, t) => (l === -Infinity ? [t] : []));
  test.each<[number[], number, number[]]>([
    [[], 1, []],
    [[2], 1, [2]],
    [[2, 0, 5], 1, [0, 2]],
    [[0], 2, []],
    [[0, 0], 2, [0]],
    [[0, 1], 2, []],
    [[1, 2, 1], 2, [2]],
    [[1, 2, 1, 3, 1], 2, [2, 3]],
    [[0, 1, 2, 0, 1], 3, [2]],
    [[0, 1, 2, 3, 1], 3, []], // the first token differs
    [[0, 1, 2, 0, 2], 3, []], // the second does
    [[1, 1, 1], 3, [1]],
    [[1, 1], 3, []],
    [[0, 1, 2, 3, 0, 1, 2], 4, [3]],
    [[0, 1, 2, 3, 0, 1, 2], 5, []],
    [[7, 7], 2, []], // not a token of this model
  ])('after %j with n = %i: %j', (history, n, want) => expect(banned(history, n)).toEqual(want));
  test('when all are banned, the best of what came in stays', () =>
    expect(apply('no_repeat_ngram', [1, 4, 2], context([0, 1, 2]), { n: 1 })).toEqual([-Infinity, 4, -Infinity]));
});

describe('DRY', () => {
  const dry = { multiplier: 0.5, base: 3, allowed: 2, lastN: -1, breakers: '' };
  /** What is taken off each of four tokens. */
  const off = (history: readonly number[], some: Params = {}) =>
    apply('dry', [0, 0, 0, 0], context(history), { ...dry, ...some }).map((l) => 0 - l);
  test.each<[string, number[], Params, number[]]>([
    ['one below the allowed length', [0, 2, 3, 2], {}, [0, 0, 0, 0]],
    ['exactly the allowed length', [0, 2, 3, 0, 2], {}, [0, 0, 0, 0.5]],
    ['one above: the base once', [1, 0, 2, 3, 1, 0, 2], {}, [0, 0, 0, 1.5]],
    ['two above: squared', [3, 1, 0, 2, 3, 3, 1, 0, 2], {}, [0, 0, 0, 4.5]],
    ['allowed 1', [2, 3, 2], { allowed: 1 }, [0, 0, 0, 0.5]],
    ['allowed 3', [0, 2, 3, 0, 2], { allowed: 3 }, [0, 0, 0, 0]],
    ['another multiplier', [0, 2, 3, 0, 2], { multiplier: 2 }, [0, 0, 0, 2]],
    ['the longest of two', [0, 2, 3, 1, 0, 2, 3, 1, 0, 2], {}, [0, 0, 0, 0.5 * 3 ** 4]],
    ['two ways to go on', [0, 2, 3, 0, 2, 1, 0, 2], {}, [0, 0.5, 0, 0.5]],
    ['nothing yet', [], {}, [0, 0, 0, 0]],
    ['one token', [3], { allowed: 1 }, [0, 0, 0, 0]],
    ['the same token over and over', [2, 2, 2, 2], {}, [0, 0, 1.5, 0]],
    ['a window that holds both places', [0, 2, 3, 0, 2], { lastN: 5 }, [0, 0, 0, 0.5]],
    ['a window that holds less', [0, 2, 3, 0, 2], { lastN: 4 }, [0, 0, 0, 0]],
    ['a window longer than the text', [0, 2, 3, 0, 2], { lastN: 6 }, [0, 0, 0, 0.5]],
    ['a breaker between: only what is after it matches', [0, 1, 2, 3, 0, 1, 2], { breakers: '\\n' }, [0, 0, 0, 0]],
    ['two after a breaker', [1, 0, 2, 3, 1, 0, 2], { breakers: '\\n' }, [0, 0, 0, 0.5]],
    ['a breaker last', [0, 2, 1, 3, 0, 2, 1], { breakers: '\\n' }, [0, 0, 0, 0]],
    ['a breaker is not penalised', [0, 2, 1, 3, 0, 2], { breakers: '\\n' }, [0, 0, 0, 0]],
    ['a breaker inside a token’s text', [4, 2, 3, 4, 2], { breakers: ':' }, [0, 0, 0, 0]],
    ['no such breaker', [4, 2, 3, 4, 2], { breakers: '!' }, [0, 0, 0, 0.5]],
  ])('%s', (_, history, some, want) => expect(off(history, some)).toEqual(want));
  test('a token that the model does not have is not penalised', () =>
    expect(off([0, 2, 9, 0, 2])).toEqual([0, 0, 0, 0]));
  test('an unreadable list is an error', () =>
    expect(() => off([0], { breakers: ',,' })).toThrow('DRY: An empty breaker'));
  test('repeats by length; the Z-array of short lists', () => {
    expect([...repeats([0, 2, 3, 0, 2], () => false)]).toEqual([[3, 2]]);
    expect([...repeats([2, 3, 2, 1, 2], () => false)].sort()).toEqual([
      [1, 1],
      [3, 1],
    ]);
    expect([[...zArray([1])], [...zArray([1, 1])], [...zArray([1, 2, 1, 1, 2])]]).toEqual([
      [1],
      [2, 1],
      [5, 0, 1, 2, 0],
    ]);
  });
  test('a list of breakers: 32 and no more, escapes and nothing else', () => {
    expect(parseBreakers(Array(32).fill('a').join(','))).toHaveLength(32);
    expect(parseBreakers(Array(33).fill('a').join(','))).toBe('The list has 33 breakers; at most 32 are read.');
    expect(parseBreakers('\\t\\n\\\\\\,x')).toEqual(['\t\n\\,x']);
    expect(parseBreakers('a\\')).toBe(
      '"\\" is not an escape: write \\n, \\t, \\\\ or \\, for a new line, a tab, a backslash or a comma.',
    );
    expect(parseBreakers('\\qa')).toContain('"\\q" is not an escape');
    expect(parseBreakers('a,')).toContain('An empty breaker');
    expect(stages.dry.params.breakers.parse('a,,b')).toBeUndefined();
    expect(stages.dry.params.breakers.refuse('a,,b')).toContain('An empty breaker');
    expect(stages.dry.params.breakers.parse('a'.repeat(256))).toBe('a'.repeat(256));
    expect(stages.dry.params.breakers.refuse('a'.repeat(257))).toBe(
      'The text has 257 characters; at most 256 are read.',
    );
  });
});

describe('biases', () => {
  test.each<[string, [number, number][]]>([
    ['0:100', [[0, 100]]],
    ['0:-100', [[0, -100]]],
    ['7:+2', [[7, 2]]],
    ['7:2.', [[7, 2]]],
    ['7:-.25', [[7, -0.25]]],
    ['007:1', [[7, 1]]],
    ['999999999:0', [[999999999, 0]]],
    [
      ' 1:1 , 2:2 ',
      [
        [1, 1],
        [2, 2],
      ],
    ],
    ['  ', []],
  ])('%j is read', (text, want) => expect([...(parseBias(text) as Map<number, number>)]).toEqual(want));
  test.each([
    ['0:100.001', 'The bias 100.001 of token 0 is beyond ±100; to forbid a token write 0:-inf.'],
    ['3:-100.5', 'The bias -100.5 of token 3 is beyond ±100; to forbid a token write 3:-inf.'],
    ['1000000000:0', 'is not a bias'],
    ['1:.', 'is not a bias'],
    ['1:+-2', 'is not a bias'],
    ['1:2x', 'is not a bias'],
    ['x1:2', 'is not a bias'],
    ['1:inf', 'is not a bias'],
    ['1:+inf', 'is not a bias'],
    ['5:1,5:2', 'Token 5 is listed twice.'],
    ['05:1,5:2', 'Token 5 is listed twice.'],
    [`${'y'.repeat(50)}`, `"${'y'.repeat(40)}" is not a bias: write token:bias, e.g. 198:-100 or 42:2.5.`],
  ])('%j is refused', (text, because) => expect(parseBias(text)).toContain(because));
  test('300 biases and no more; of tokens that there are', () => {
    const list = (n: number) => Array.from({ length: n }, (_, i) => `${i}:1`).join(',');
    expect((parseBias(list(300)) as Map<number, number>).size).toBe(300);
    expect(parseBias(list(301))).toBe('The list has 301 biases; at most 300 are read.');
    expect(apply('logit_bias', [1, 2], context([]), { biases: '1:-0.5' })).toEqual([1, 1.5]);
    expect(() => apply('logit_bias', [1, 2], context([]), { biases: '2:1' })).toThrow(
      'Logit bias names token 2, but the model has only tokens 0 to 1.',
    );
    expect(() => apply('logit_bias', [1, 2], context([]), { biases: 'x' })).toThrow('Logit bias: "x" is not a bias');
    expect(stages.logit_bias.refuse!({ biases: '0:1' })).toBeNull();
    expect(stages.logit_bias.refuse!({ biases: 'x' })).toContain('is not a bias');
    expect(stages.logit_bias.params.biases.parse('1:1'.padEnd(4096))).toBeDefined();
    expect(stages.logit_bias.params.biases.parse('1:1'.padEnd(4097))).toBeUndefined();
  });
});

describe('what a chain refuses, every sentence in its order', () => {
  const link = (stage: string, params: StageUse['params'] = {}): StageUse => ({ stage, params });
  const heat = link('temperature', { temperature: 1 });
  const dynamic = link('dynamic_temperature', { temperature: 1, range: 0.5, exponent: 1 });
  const k = link('top_k', { k: 5 });
  const p = link('top_p', { p: 0.9 });
  const one = link('mirostat', { tau: 3, eta: 0.1 });
  const two = link('mirostat_v2', { tau: 3, eta: 0.1 });
  const twice = 'is in the chain twice: its parameters contradict each other. Remove one.';
  test.each<[string, Chain, string[]]>([
    ['three of one stage', [k, k, k], [`Top-k ${twice}`]],
    ['two of two', [k, p, p, k], [`Top-p (nucleus) ${twice}`, `Top-k ${twice}`]],
    [
      'strangers and their parameters',
      [link('nope'), link('top_p', { q: 1, p: 0.5 }), link('top_k')],
      [
        'There is no stage "nope".',
        'Top-p (nucleus) has no parameter "q"; it has "p".',
        'Top-k needs its parameter "k".',
      ],
    ],
    [
      'two parameters too many and one out of range',
      [link('mirostat', { tau: 0, eta: 0.1, x: 1 })],
      [
        'Mirostat has no parameter "x"; it has "tau", "eta".',
        'Mirostat: τ cannot be 0; it must be a number from 0.1 to 20.',
      ],
    ],
    [
      'kinds',
      [
        link('top_k', { k: 2.5 }),
        link('presence_penalty', { penalty: 1, lastN: -1, prompt: 1 }),
        link('logit_bias', { biases: 'x' }),
      ],
      [
        'Top-k: k cannot be 2.5; it must be a whole number from 1 to 100000.',
        'Presence penalty: Prompt too cannot be 1.',
        'Logit bias: Biases cannot be "x".',
      ],
    ],
    // Where a parameter is bad, the stage's own objection would be about a number that is none.
    [
      'a bad parameter hides the stage’s own objection',
      [link('dynamic_temperature', { temperature: 9, range: 9.5, exponent: 1 })],
      [
        'Dynamic temperature: Middle cannot be 9; it must be a number from 0 to 5.',
        'Dynamic temperature: Range cannot be 9.5; it must be a number from 0 to 5.',
      ],
    ],
    [
      'two temperatures after what is twice',
      [k, k, heat, dynamic],
      [
        'Top-k is in the chain twice: its parameters contradict each other. Remove one.',
        'Temperature and dynamic temperature both set the temperature: remove one.',
      ],
    ],
    [
      'everything around Mirostat',
      [k, one, p, two, heat],
      [
        'Mirostat 1 and Mirostat 2 both steer the surprise: remove one.',
        'Mirostat does its own truncation and measures the surprise it leads to: remove "Top-k", "Top-p (nucleus)".',
        'Mirostat must be the last stage, because it measures the distribution that draws: move "Temperature" before it.',
      ],
    ],
    [
      'Mirostat 2 before two stages',
      [two, heat, link('no_repeat_ngram', { n: 3 })],
      [
        'Mirostat 2 must be the last stage, because it measures the distribution that draws: move "Temperature", "No repeated n-gram" before it.',
      ],
    ],
    ['Mirostat last', [heat, two], []],
  ])('%s', (_, chain, want) => expect(refuseChain(chain)).toEqual(want));

  test('the GPU takes its four stages in order, up to 128 candidates and from a mass above 0', () => {
    const top = (n: number) => link('top_k', { k: n });
    const m = link('min_p', { p: 0.1 });
    expect(gpuDraw([top(128)])).toEqual({ temperature: 1, k: 128, topP: 1, minP: 0 });
    expect(gpuDraw([heat, top(1), link('top_p', { p: 1e-9 }), m])).toEqual({
      temperature: 1,
      k: 1,
      topP: 1e-9,
      minP: 0.1,
    });
    for (const chain of [[top(129)], [k, link('top_p', { p: 0 })], [k, heat], [k, m, p], [k, two], [p], [k, k]])
      expect(gpuDraw(chain)).toBeNull();
  });
});
