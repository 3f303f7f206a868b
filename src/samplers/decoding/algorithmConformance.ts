/**
 * Conformance of the algorithms that promise not to change the distribution, as tests and as a button on the page:
 * whole texts of a tiny model, whose exact probabilities are enumerated, against a G-test of many. Pure and
 * deterministic.
 */
import { detectableBias, gTest } from '../../math/chiSquare.ts';
import { defaults } from '../../core/field.ts';
import { acceptanceRules } from './acceptance/index.ts';
import { algorithms, type AlgorithmId } from './algorithms.ts';
import { LEVEL, type Outcome } from './conformance.ts';
import { enumerate, randomModel, runSync, textKey, tinyRequest, type TableModel } from './testing.ts';
import type { Algorithm, Chain, DecodeRequest } from './types.ts';

export interface AlgorithmCase {
  /** e.g. `speculative/mirostat`. */
  readonly id: string;
  readonly title: string;
  readonly algorithm: AlgorithmId;
  readonly kind: 'sequences';
  /** A second or so. Never throws. */
  run(): Outcome;
}

/** Models, a request, and the uniforms that its stages may ask for. */
export interface Setting {
  readonly title: string;
  readonly request: DecodeRequest;
  readonly target: TableModel;
  readonly draft: TableModel;
  readonly uniforms?: Parameters<typeof enumerate>[2];
}

const stage = (id: string, params: Chain[number]['params']) => ({ stage: id, params });
const XTC = 0.4;

/**
 * Each setting has its own trap: lengths that differ, several rounds of proposals, memories, history, a stage that
 * draws random numbers itself.
 */
export const settings = {
  plain: {
    title: 'no stage, samples that end apart',
    request: tinyRequest({ vocab: 4, prompt: [0, 1], maxTokens: 3, endTokens: [3] }),
    target: randomModel({ vocab: 4, seed: 11, spread: 1.5 }),
    draft: randomModel({ vocab: 4, seed: 12, spread: 1.5 }),
  },
  long: {
    title: 'five tokens, so that proposals come in several rounds',
    request: tinyRequest({ vocab: 3, prompt: [0, 2, 0, 1, 0], maxTokens: 5 }),
    target: randomModel({ vocab: 3, seed: 21, spread: 1 }),
    draft: randomModel({ vocab: 3, seed: 22, spread: 1.5 }),
  },
  shaped: {
    title: 'temperature, top-k and min-p, so that the draft proposes what the target forbids',
    request: tinyRequest({
      vocab: 5,
      prompt: [4, 0, 4],
      maxTokens: 3,
      chain: [stage('temperature', { temperature: 1.3 }), stage('top_k', { k: 3 }), stage('min_p', { p: 0.2 })],
    }),
    target: randomModel({ vocab: 5, seed: 31 }),
    draft: randomModel({ vocab: 5, seed: 32 }),
  },
  mirostat: {
    title: 'repetition penalty and Mirostat 2, whose memory must follow accepted tokens only',
    request: tinyRequest({
      vocab: 4,
      prompt: [1, 0, 1],
      maxTokens: 4,
      chain: [
        stage('repetition_penalty', { penalty: 1.5, lastN: -1, prompt: true }),
        stage('mirostat_v2', { tau: 1, eta: 1 }),
      ],
    }),
    target: randomModel({ vocab: 4, seed: 41, spread: 1.2 }),
    draft: randomModel({ vocab: 4, seed: 42, spread: 1.2 }),
  },
  xtc: {
    title: 'XTC, which draws random numbers of its own',
    request: tinyRequest({
      vocab: 4,
      prompt: [2, 3, 2],
      maxTokens: 3,
      chain: [stage('xtc', { threshold: 0.2, probability: XTC })],
    }),
    target: randomModel({ vocab: 4, seed: 51, spread: 1.2 }),
    draft: randomModel({ vocab: 4, seed: 52, spread: 1.2 }),
    uniforms: [
      { uniform: 0, weight: XTC },
      { uniform: 1 - 2 ** -24, weight: 1 - XTC },
    ],
  },
} as const satisfies Record<string, Setting>;

/** Texts of a G-test, and the samples of one run they come from. */
export const TEXTS = 10000;
export const BATCH = 50;

/**
 * G-test of `texts` texts against their exact distribution. Samples of a run are independent, so all `batch` of them
 * count; where they are not (`apart`), one of each run does, every index in turn.
 */
export function judgeTexts<P>(
  algorithm: Algorithm<P>,
  { request, target, draft, uniforms }: Setting,
  params: P,
  { texts = TEXTS, batch = BATCH, apart = false } = {},
): Outcome {
  const exact = enumerate(request, target, uniforms);
  const places = new Map([...exact.keys()].map((key, i) => [key, i]));
  const counts = new Float64Array(exact.size);
  for (let seed = 0, n = 0; n < texts; seed++) {
    const { samples } = runSync(
      algorithm as Algorithm,
      { ...request, seed, samples: batch },
      { target, draft },
      params,
    );
    for (const sample of apart ? [samples[seed % batch]!] : samples) {
      const place = places.get(textKey(sample.tokens));
      if (place === undefined)
        return {
          passed: false,
          details: `The text "${request.decode(sample.tokens)}" cannot come from this model and chain.`,
        };
      counts[place]!++;
      n++;
    }
  }
  const { g, degrees, p } = gTest(counts, [...exact.values()]);
  const bias = detectableBias(texts, degrees, LEVEL);
  return {
    passed: p >= LEVEL,
    details: `${texts} texts of ${exact.size} possible: G = ${g.toFixed(1)} on ${degrees} degrees of freedom, p = ${p.toPrecision(2)}. Any bias of ${(100 * bias).toFixed(1)} % of the mass or more would be found with probability 0.8.`,
  };
}

/** Every algorithm that says it keeps the distribution, in every setting. */
export function* algorithmConformanceCases(): Generator<AlgorithmCase> {
  for (const id of Object.keys(algorithms) as AlgorithmId[]) {
    const algorithm = algorithms[id] as Algorithm;
    if (!algorithm.preservesDistribution) continue;
    // Evenly spaced codes make the samples of a run depend on each other, by design.
    const variants: [string, object, Parameters<typeof judgeTexts>[3]][] =
      id === 'arithmetic'
        ? [
            ['', { codes: 'lattice' }, { texts: 4000, batch: 4, apart: true }],
            ['/van_der_corput', { codes: 'van_der_corput' }, { texts: 4000, batch: 3, apart: true }],
            ['/random', { codes: 'random' }, {}],
          ]
        : [['', { ...defaults(algorithm.params), ...('tokens' in algorithm.params && { tokens: 2 }) }, {}]];
    // The default of multi-draft speculation takes turns among others of its rules.
    if (id === 'multi_draft')
      for (const rule of Object.keys(acceptanceRules))
        if (rule !== 'best_known') variants.push([`/${rule}`, { drafts: 3, tokens: 2, rule }, { texts: 4000 }]);
    for (const [name, setting] of Object.entries(settings) as [keyof typeof settings, Setting][]) {
      for (const [variant, params, options] of variants) {
        yield {
          id: `${id}/${name}${variant}`,
          title: `${algorithm.title}${variant && `, ${variant.slice(1).replaceAll('_', ' ')}`}: ${setting.title}`,
          algorithm: id,
          kind: 'sequences',
          run() {
            try {
              return judgeTexts(algorithm, setting, params, options);
            } catch (error) {
              return { passed: false, details: `It threw: ${error instanceof Error ? error.message : String(error)}` };
            }
          },
        };
      }
    }
  }
}
