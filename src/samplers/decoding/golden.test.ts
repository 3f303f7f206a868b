// One run of every algorithm, written down: the tokens a link gives, the uniforms that settled them, what it cost. The
// keys of the random numbers, the order of a draw and the bookkeeping of passes are promises to whoever kept a link;
// other tests say that they are right, this one that they are the same as yesterday. Made by this very run.
import { describe, expect, test } from 'vitest';
import { defaults } from '../../core/field.ts';
import { philox4x32 } from '../../math/philox.ts';
import { algorithmIds, algorithms, type AlgorithmId } from './algorithms.ts';
import { firstCode, narrow, radicalInverse, refine } from './algorithms/arithmetic.ts';
import { randomModel, runSync, tinyRequest } from './testing.ts';
import type { Algorithm, Chain } from './types.ts';

const target = randomModel({ vocab: 7, seed: 15 });
const draft = randomModel({ vocab: 7, seed: 16, spread: 1.5 });
/** The prompt does not count for the penalty, and ends with an end token; Mirostat remembers. */
const chain: Chain = [
  { stage: 'repetition_penalty', params: { penalty: 1.3, lastN: 4, prompt: false } },
  { stage: 'temperature', params: { temperature: 1.2 } },
  { stage: 'mirostat_v2', params: { tau: 1.4, eta: 0.3 } },
];

interface Golden {
  readonly id: AlgorithmId;
  readonly params?: object;
  /** Tokens of each sample; 2 ends a text. */
  readonly texts: readonly string[];
  /** Of the first sample, eight digits each. */
  readonly u: readonly (number | null)[];
  readonly by: string;
  /** Passes and tokens fed, of target and draft; proposed, accepted; most sequences open. */
  readonly cost: readonly number[];
  readonly score?: number;
}
const nothing = (n: number) => new Array<null>(n).fill(null);
const rows: readonly Golden[] = [
  { id: 'greedy', texts: ['13110566331011'], u: nothing(14), by: 'm'.repeat(14), cost: [14, 0, 19, 0, 0, 0, 1] },
  {
    id: 'sampling',
    texts: ['1156442', '5101312'],
    u: [0.50255871, 0.98235154, 0.8146857, 0.64453501, 0.2402373, 0.59550089, 0.55982149],
    by: 'mmmmmmm',
    cost: [7, 0, 18, 0, 0, 0, 2],
  },
  {
    id: 'speculative',
    texts: ['132', '51536065632'],
    u: [0.63515496, 0.221524, 0.7613464],
    by: 'cdc',
    cost: [10, 32, 53, 42, 37, 3, 2],
  },
  {
    id: 'multi_draft',
    texts: ['132', '5152'],
    u: [0.63515496, 0.221524, 0.7613464],
    by: 'cdc',
    cost: [5, 11, 58, 27, 13, 2, 6],
  },
  {
    id: 'prompt_lookup',
    texts: ['16443054352', '42'],
    u: [
      0.63515496, 0.74761289, 0.8146857, 0.64453501, 0.10165763, 0.93122375, 0.09532601, 0.91718787, 0.19364351,
      0.32904124, 0.1488772,
    ],
    by: 'ccmmccccdcc',
    cost: [11, 0, 45, 0, 28, 1, 2],
  },
  {
    id: 'ngram_cache',
    texts: ['1156442', '51342'],
    u: [0.50255871, 0.98235154, 0.8146857, 0.64453501, 0.2402373, 0.59550089, 0.55982149],
    by: 'mmmmmmm',
    cost: [8, 0, 20, 0, 3, 0, 2],
  },
  {
    id: 'arithmetic',
    texts: ['51640052', '42'],
    u: [0.77385385, 0.89526228, 0.89526228, 0.33939351, 0.4768237, 0.02035581, 0.06368176, 0.20408506],
    by: 'mmmmmmmm',
    cost: [8, 0, 14, 0, 0, 0, 2],
  },
  {
    id: 'arithmetic',
    params: { codes: 'van_der_corput' },
    texts: ['51333501105465', '1316034612'],
    u: [
      0.62385385, 0.22573188, 0.22573188, 0.59195647, 0.5778756, 0.1869083, 0.1869083, 0.44713913, 0.93996586,
      0.56648839, 0.86026774, 0.20983606, 0.35781639, 0.86168705,
    ],
    by: 'mmmmmmmmmmmmmm',
    cost: [14, 0, 28, 0, 0, 0, 2],
  },
  {
    id: 'arithmetic',
    params: { codes: 'random' },
    texts: ['1311160562', '162'],
    u: [
      0.06295746, 0.10981947, 0.20180254, 0.49693765, 0.9108014, 0.44170823, 0.57293925, 0.26863242, 0.67000436,
      0.20998883,
    ],
    by: 'mmmmmmmmmm',
    cost: [10, 0, 17, 0, 0, 0, 2],
  },
  {
    id: 'beam',
    texts: ['1311056140452', '13110561404510'],
    u: nothing(13),
    by: 'm'.repeat(13),
    cost: [14, 0, 58, 0, 0, 0, 4],
    score: -0.8517163693459948,
  },
  {
    id: 'diverse_beam',
    texts: ['1311056140452', '13110561404510', '11564152'],
    u: nothing(13),
    by: 'mmmmmmmmmmmmm',
    cost: [14, 0, 46, 0, 0, 0, 4],
    score: -0.8517163693459948,
  },
  {
    id: 'best_of_n',
    texts: ['13435632', '11515044642'],
    u: [0.21506989, 0.01829964, 0.70924062, 0.83369869, 0.12140357, 0.89152926, 0.39293385, 0.01646286],
    by: 'mmmmmmmm',
    cost: [11, 0, 57, 0, 0, 0, 8],
    score: -1.1018099436564264,
  },
  { id: 'contrastive', texts: ['00644334615643'], u: nothing(14), by: 'm'.repeat(14), cost: [15, 0, 62, 0, 0, 0, 4] },
  {
    id: 'cfg',
    params: { negative_prompt: 'cab' },
    texts: ['16452', '51342'],
    u: [0.50255871, 0.98235154, 0.8146857, 0.64453501, 0.2402373],
    by: 'mmmmm',
    cost: [5, 0, 25, 0, 0, 0, 4],
  },
  {
    id: 'contrastive_decoding',
    params: { strength: 0.5 },
    texts: ['14113044466416', '14145153400056'],
    u: [
      0.50255871, 0.98235154, 0.8146857, 0.64453501, 0.2402373, 0.59550089, 0.55982149, 0.26345336, 0.53728235,
      0.66885197, 0.20210546, 0.82377607, 0.55344629, 0.96867436,
    ],
    by: 'mmmmmmmmmmmmmm',
    cost: [14, 14, 32, 32, 0, 0, 2],
  },
  {
    id: 'dola',
    params: { dola_layers: '0,2' },
    texts: ['11562', '11562'],
    u: [0.50255871, 0.98235154, 0.8146857, 0.64453501, 0.2402373],
    by: 'mmmmm',
    cost: [5, 0, 14, 0, 0, 0, 2],
  },
  {
    id: 'cot_decoding',
    params: { answer: 'text' },
    texts: ['2', '46444536564511'],
    u: nothing(1),
    by: 'm',
    cost: [14, 0, 57, 0, 0, 0, 7],
    score: 0.3266789818031144,
  },
];

test('every algorithm has a row', () => expect([...new Set(rows.map((r) => r.id))]).toEqual(algorithmIds));

test.each(rows.map((r) => [r.id, r] as const))('%s', (id, { params = {}, texts, u, by, cost, score }) => {
  const algorithm: Algorithm = algorithms[id];
  const request = tinyRequest({
    vocab: 7,
    prompt: [2, 5, 1, 0, 3, 2],
    maxTokens: 14,
    samples: texts.length,
    firstSample: 2,
    ofSamples: 5,
    seed: 77,
    endTokens: [2],
    chain: algorithm.usesChain ? chain : [],
  });
  const run = runSync(algorithm, request, { target, draft }, { ...(defaults(algorithm.params) as object), ...params });
  expect(run.samples.map((s) => s.tokens.join(''))).toEqual(texts);
  expect(run.samples.map((s) => s.why)).toEqual(texts.map((t) => (t.endsWith('2') ? 'end token' : 'length')));
  const [first] = run.samples;
  expect(first!.records.map((r) => (r.u === null ? null : Number(r.u.toFixed(8))))).toEqual(u);
  expect(first!.records.map((r) => r.by[0]).join('')).toBe(by);
  const { passes, fed, proposed, accepted, mostOpen } = run;
  expect([passes.target, passes.draft, fed.target, fed.draft, proposed, accepted, mostOpen]).toEqual(cost);
  if (score === undefined) expect(first!.score).toBeNull();
  else expect(first!.score).toBeCloseTo(score, 9);
});

test('a text so long that its code is made finer on the way', () => {
  const request = tinyRequest({ vocab: 7, maxTokens: 60, context: 99, seed: 77, firstSample: 2 });
  const [sample] = runSync(algorithms.arithmetic, request, { target }, { codes: 'random' }).samples;
  expect(sample!.tokens.join('')).toBe('222222046223410445066665066033242212641610255324024600230626');
  expect(sample!.records.slice(-4).map((r) => Number(r.u!.toFixed(8)))).toEqual([
    0.13338356, 0.24759187, 0.41616495, 0.45308319,
  ]);
});

describe('codes of arithmetic sampling', () => {
  /** Uniform of 24 bits for (seed, sample, position, purpose), from the counter itself. */
  const uniform = (seed: number, sample: number, position: number, purpose: 'code' | 'shift') =>
    (philox4x32(position, sample, { code: 4, shift: 5 }[purpose], 0, seed, 0x544f4b4e, new Uint32Array(4))[0]! >>> 8) /
    2 ** 24;

  test('a branch of sample 3 of 8 has that sample’s code', () => {
    const branch = { seed: 3, samples: 1, firstSample: 3, ofSamples: 8 };
    expect(firstCode(branch, 0, 'lattice')).toBeCloseTo(0.8310771545, 10);
    const shift = uniform(3, 0, 0, 'shift') + uniform(3, 0, 0, 'code') / 2 ** 24;
    expect(firstCode(branch, 0, 'lattice')).toBe((3 / 8 + shift) % 1);
    expect(firstCode({ seed: 3, samples: 8 }, 3, 'lattice')).toBe((3 / 8 + shift) % 1);
    expect(firstCode(branch, 2, 'van_der_corput')).toBe((5 / 8 + shift) % 1); // 5 = 101 mirrored is 0.101
    expect(firstCode(branch, 2, 'random')).toBe(uniform(3, 5, 0, 'shift') + uniform(3, 5, 0, 'code') / 2 ** 24);
    expect([6, 7, 8, 11].map(radicalInverse)).toEqual([3 / 8, 7 / 8, 1 / 16, 13 / 16]);
  });

  test('are refined above 2^-40, not at it; and stay below 1', () => {
    expect(refine({ code: 0.25, width: 2 ** -40 }, () => 0.5)).toEqual({ code: 0.25, width: 2 ** -40 });
    expect(refine({ code: 0.25, width: 2 ** -39 }, () => 0.5)).toEqual({ code: 0.25 + 2 ** -40, width: 2 ** -53 });
    expect(refine({ code: 0.25, width: 0.5 }, () => 0.5)).toEqual({ code: 0.5, width: 2 ** -49 });
    expect(refine({ code: 0.25, width: 2 ** -10 }, () => 0)).toEqual({ code: 0.25, width: 2 ** -53 });
    // Nothing is known above 1: what is left there is revealed.
    expect(refine({ code: 1 - 2 ** -10, width: 2 ** -4 }, () => 0.5)).toEqual({
      code: 1 - 2 ** -11,
      width: 2 ** -52,
    });
    expect(refine({ code: 1 - 2 ** -53, width: 1 }, () => 0.75).code).toBe(1 - 2 ** -53);
    expect(narrow({ code: 0.5, width: 2 ** -48 }, 0, 0.5)).toEqual({ code: 1 - 2 ** -53, width: 2 ** -47 });
    expect(narrow({ code: 0.25, width: 0.5 }, 0.5, 0.25)).toEqual({ code: 0, width: 1 });
  });
});
